#include "controllers/enforcement/token_writes.hpp"

namespace guildhall::controllers::enforcement {

void TokenWrites::begin(const std::string& organization, const core::ObjectKey& place) {
  const std::scoped_lock lock(mutex_);
  places_[organization].insert(place);
}

std::set<core::ObjectKey> TokenWrites::end(const std::string& organization) {
  const std::scoped_lock lock(mutex_);
  const auto ended = places_.extract(organization);
  return ended ? ended.mapped() : std::set<core::ObjectKey>{};
}

std::set<core::ObjectKey> TokenWrites::of(const std::string& organization) const {
  const std::scoped_lock lock(mutex_);
  const auto found = places_.find(organization);
  return found == places_.end() ? std::set<core::ObjectKey>{} : found->second;
}

std::set<core::ObjectKey> TokenWrites::all() const {
  const std::scoped_lock lock(mutex_);
  std::set<core::ObjectKey> all;
  for (const auto& [organization, places] : places_)
    all.insert(places.begin(), places.end());
  return all;
}

}  // namespace guildhall::controllers::enforcement
