#include "controllers/enforcement/token_writes.hpp"

namespace guildhall::controllers::enforcement {

void TokenWrites::begin(const std::string& organization, const core::ObjectKey& place) {
  const std::scoped_lock lock(mutex_);
  places_[organization].insert(place);
}

bool TokenWrites::end(const std::string& organization) {
  const std::scoped_lock lock(mutex_);
  return places_.erase(organization) > 0;
}

std::set<core::ObjectKey> TokenWrites::of(const std::string& organization) const {
  const std::scoped_lock lock(mutex_);
  const auto found = places_.find(organization);
  return found == places_.end() ? std::set<core::ObjectKey>{} : found->second;
}

std::set<std::string> TokenWrites::namespaces() const {
  const std::scoped_lock lock(mutex_);
  std::set<std::string> namespaces;
  for (const auto& [organization, places] : places_) {
    for (const core::ObjectKey& place : places)
      namespaces.insert(place.ns);
  }
  return namespaces;
}

}  // namespace guildhall::controllers::enforcement
