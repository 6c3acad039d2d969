#include "operator/gate/key_table.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

namespace guildhall::gate {

std::string KeyTable::place_of(const std::string& organization, std::string_view key_id) {
  std::string place;
  place.reserve(organization.size() + 1 + key_id.size());
  return place.append(organization).append("/").append(key_id);
}

void KeyTable::put_organization(const std::string& name, OrganizationEntry entry) {
  const std::unique_lock lock(mutex_);
  organizations_.insert_or_assign(name, std::move(entry));
}

void KeyTable::remove_organization(const std::string& name) {
  const std::unique_lock lock(mutex_);
  organizations_.erase(name);
}

/// Another key may have the same place by now: an id that was drawn twice, of which the later stands.
void KeyTable::forget_tokens(const core::ObjectKey& object, const KeyEntry& entry) {
  for (const KeyToken& token : entry.tokens) {
    const auto found = tokens_.find(place_of(entry.organization, token.id));
    if (found != tokens_.end() && found->second == object) tokens_.erase(found);
  }
}

void KeyTable::put_key(const core::ObjectKey& object, KeyEntry entry) {
  const std::unique_lock lock(mutex_);
  KeyEntry& standing = keys_[object];
  forget_tokens(object, standing);
  standing = std::move(entry);
  for (const KeyToken& token : standing.tokens)
    tokens_.insert_or_assign(place_of(standing.organization, token.id), object);
}

void KeyTable::remove_key(const core::ObjectKey& object) {
  const std::unique_lock lock(mutex_);
  const auto found = keys_.find(object);
  if (found == keys_.end()) return;
  forget_tokens(object, found->second);
  keys_.erase(found);
}

std::size_t KeyTable::keys() const {
  const std::shared_lock lock(mutex_);
  return keys_.size();
}

bool KeyTable::has_organization(const std::string& name) const {
  const std::shared_lock lock(mutex_);
  return organizations_.contains(name);
}

std::optional<std::optional<core::Timestamp>> KeyTable::last_used_at(const core::ObjectKey& object,
                                                                     const std::string& uid) const {
  const std::shared_lock lock(mutex_);
  const auto found = keys_.find(object);
  if (found == keys_.end() || found->second.uid != uid) return std::nullopt;
  return found->second.last_used_at;
}

void KeyTable::look_up(const std::string& organization, std::string_view key_id, const Look& look) const {
  Found found;
  const std::shared_lock lock(mutex_);
  const auto of = organizations_.find(organization);
  if (of != organizations_.end()) found.organization = &of->second;
  const auto token = tokens_.find(place_of(organization, key_id));
  if (token != tokens_.end()) {
    found.key = &keys_.at(token->second);
    found.token = &*std::ranges::find(found.key->tokens, key_id, &KeyToken::id);
  }
  look(found);
}

}  // namespace guildhall::gate
