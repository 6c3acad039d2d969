#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace guildhall::gate {

/// A deployment of an Organization.
struct DeploymentEntry {
  std::string ns;
  /// That a proxy's configuration or a key may call it by; the last is the whole name, which no other one has.
  std::vector<std::string> names;
  std::string product;  ///< "VMSingle", …
  bool operator==(const DeploymentEntry&) const = default;
};

/// Those of one Organization, found by their names in the same time however many there are. Immutable, so thread-safe.
class Deployments {
 public:
  Deployments() = default;
  explicit Deployments(std::vector<DeploymentEntry> all);

  /// A name, and the place of one that it means.
  struct Named {
    std::string name;
    std::uint32_t place = 0;
    bool operator==(const Named&) const = default;
  };
  [[nodiscard]] std::span<const Named> called(std::string_view name) const;
  [[nodiscard]] const DeploymentEntry& at(const Named& named) const { return all_[named.place]; }
  /// Whether all that are called so are in one namespace, so that a key that names them means them. False without any.
  [[nodiscard]] bool in_one_namespace(std::string_view name) const;

  bool operator==(const Deployments&) const = default;

 private:
  std::vector<DeploymentEntry> all_;
  std::vector<Named> by_name_;  ///< sorted by name
};

/// What a key opens.
struct Opening {
  /// Names: as people write them, each of which means all of one namespace that are called so. Exactly: whole names.
  enum class By : std::uint8_t { Names, Exactly, All };
  By by = By::Names;
  std::vector<std::string> names;  ///< sorted
  bool operator==(const Opening&) const = default;
};

/// Whether it opens that deployment, which is one of `deployments`.
bool opens(const Opening& opening, const DeploymentEntry& deployment, const Deployments& deployments);

}  // namespace guildhall::gate
