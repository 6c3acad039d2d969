#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "operator/core/resource_type.hpp"
#include "operator/core/timestamp.hpp"
#include "operator/crypto/digest.hpp"
#include "operator/gate/path_table.hpp"

namespace guildhall::gate {

/// One token of a key, by what may be kept of it.
struct KeyToken {
  std::string id;
  crypto::Sha256Digest hash{};
  std::optional<core::Timestamp> expires_at;  ///< unset: never
  bool operator==(const KeyToken&) const = default;
};

/// An ApiKey, as far as its tokens may be used.
struct KeyEntry {
  std::string organization;
  std::string home;  ///< the namespace in which the ApiKey lies
  std::string name;
  std::string uid;
  std::optional<core::Timestamp> last_used_at;  ///< as its status says
  bool reads = false;
  bool writes = false;
  std::string refused;  ///< why none of its tokens is accepted now, as a reason in one word; empty: they are
  bool opens_all = false;
  std::vector<std::string> opens;  ///< else the deployments, by DeploymentEntry::id; sorted
  std::vector<KeyToken> tokens;
  bool operator==(const KeyEntry&) const = default;
};

/// A deployment of an Organization.
struct DeploymentEntry {
  std::string id;                  ///< what no other one of the Organization has, whatever it is called
  std::vector<std::string> names;  ///< that a proxy's configuration may call it by
  std::string product;             ///< "VMSingle", …
  bool operator==(const DeploymentEntry&) const = default;
};

/// An Organization, as far as its keys may be used.
struct OrganizationEntry {
  std::string home;      ///< keys that lie elsewhere are of a former Organization of the name
  bool accepted = true;  ///< neither suspended nor about to go
  Tenant tenant;
  std::vector<DeploymentEntry> deployments;
  bool operator==(const OrganizationEntry&) const = default;
};

/// What the gate knows, put in as it changes and looked up by requests. Thread-safe; a look-up holds up none other.
class KeyTable {
 public:
  void put_organization(const std::string& name, OrganizationEntry entry);
  void remove_organization(const std::string& name);
  /// `object`: the ApiKey; an entry of it that is there is replaced.
  void put_key(const core::ObjectKey& object, KeyEntry entry);
  void remove_key(const core::ObjectKey& object);
  [[nodiscard]] std::size_t keys() const;
  [[nodiscard]] bool has_organization(const std::string& name) const;
  /// KeyEntry::last_used_at. Unset: there is no ApiKey of that name and UID.
  [[nodiscard]] std::optional<std::optional<core::Timestamp>> last_used_at(const core::ObjectKey& object,
                                                                           const std::string& uid) const;

  /// What there is of the names, while nothing changes. Null: there is none. `token`: of that id, in that Organization.
  struct Found {
    const OrganizationEntry* organization = nullptr;
    const KeyEntry* key = nullptr;
    const KeyToken* token = nullptr;
  };
  using Look = std::function<void(const Found& found)>;
  /// Calls `look` with what belongs to the Organization and the key id.
  void look_up(const std::string& organization, std::string_view key_id, const Look& look) const;

 private:
  /// Of a token: the Organization's name, a slash, and the token's id.
  static std::string place_of(const std::string& organization, std::string_view key_id);
  void forget_tokens(const core::ObjectKey& object, const KeyEntry& entry);

  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, OrganizationEntry> organizations_;
  std::unordered_map<core::ObjectKey, KeyEntry> keys_;
  std::unordered_map<std::string, core::ObjectKey> tokens_;  ///< which ApiKey has it, by place_of()
};

}  // namespace guildhall::gate
