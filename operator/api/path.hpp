#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace guildhall::api {

/// Where in an object a value stands: "spec.rotation.every", "status.keys[0].id", "spec.secret.labels[team]", as
/// Kubernetes writes it (apimachinery field.Path). A path points at its parent and at its name, so that reading a good
/// object makes no text: both must outlive it.
class Path {
 public:
  Path() = default;  ///< the object itself
  [[nodiscard]] Path field(std::string_view name) const { return {this, Step::Field, name, 0}; }
  [[nodiscard]] Path entry(std::string_view key) const { return {this, Step::Entry, key, 0}; }
  [[nodiscard]] Path item(std::size_t index) const { return {this, Step::Item, {}, index}; }
  [[nodiscard]] std::string to_string() const;

 private:
  enum class Step { Root, Field, Entry, Item };
  Path(const Path* parent, Step step, std::string_view name, std::size_t index)
      : parent_(parent), step_(step), name_(name), index_(index) {}

  const Path* parent_ = nullptr;
  Step step_ = Step::Root;
  std::string_view name_;
  std::size_t index_ = 0;
};

}  // namespace guildhall::api
