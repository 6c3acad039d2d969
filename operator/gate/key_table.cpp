#include "operator/gate/key_table.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

namespace guildhall::gate {

std::size_t KeyTable::HashOfToken::operator()(const TokenName& name) const noexcept {
  const std::size_t first = std::hash<std::string_view>{}(name.organization);
  return first ^ (std::hash<std::string_view>{}(name.id) + 0x9e3779b97f4a7c15ULL + (first << 6U) + (first >> 2U));
}

void KeyTable::put_organization(const std::string& name, OrganizationEntry entry) {
  const std::unique_lock lock(mutex_);
  organizations_.insert_or_assign(name, std::move(entry));
}

void KeyTable::remove_organization(const std::string& name) {
  const std::unique_lock lock(mutex_);
  organizations_.erase(name);
}

void KeyTable::put_member(const core::ObjectKey& object, std::string email) {
  const std::unique_lock lock(mutex_);
  members_.insert_or_assign(object, std::move(email));
}

void KeyTable::remove_member(const core::ObjectKey& object) {
  const std::unique_lock lock(mutex_);
  members_.erase(object);
}

/// Of an id that was drawn twice, the key that was put in later has it.
void KeyTable::note_tokens(Keys::const_reference key) {
  for (const KeyToken& token : key.second.tokens) {
    const TokenPlace place{.key = &key, .token = &token};
    tokens_.erase(place);
    tokens_.insert(place);
  }
}

void KeyTable::forget_tokens(Keys::const_reference key) {
  for (const KeyToken& token : key.second.tokens) {
    const auto found = tokens_.find(TokenPlace{.key = &key, .token = &token});
    if (found != tokens_.end() && found->key == &key) tokens_.erase(found);
  }
}

void KeyTable::put_key(const core::ObjectKey& object, KeyEntry entry) {
  const std::unique_lock lock(mutex_);
  Keys::reference standing = *keys_.try_emplace(object).first;
  forget_tokens(standing);
  standing.second = std::move(entry);
  note_tokens(standing);
}

void KeyTable::remove_key(const core::ObjectKey& object) {
  const std::unique_lock lock(mutex_);
  const auto found = keys_.find(object);
  if (found == keys_.end()) return;
  forget_tokens(*found);
  keys_.erase(found);
}

std::size_t KeyTable::size() const {
  const std::shared_lock lock(mutex_);
  return keys_.size();
}

std::vector<core::ObjectKey> KeyTable::keys() const {
  const std::shared_lock lock(mutex_);
  std::vector<core::ObjectKey> objects;
  objects.reserve(keys_.size());
  for (const auto& [object, entry] : keys_)
    objects.push_back(object);
  return objects;
}

bool KeyTable::look_at(const core::ObjectKey& object, const std::function<void(const KeyEntry& entry)>& look) const {
  const std::shared_lock lock(mutex_);
  const auto found = keys_.find(object);
  if (found == keys_.end()) return false;
  look(found->second);
  return true;
}

bool KeyTable::has_organization(const std::string& name) const {
  const std::shared_lock lock(mutex_);
  return organizations_.contains(name);
}

std::optional<std::optional<core::Timestamp>> KeyTable::last_used_at(const core::ObjectKey& object,
                                                                     const std::string& uid) const {
  std::optional<std::optional<core::Timestamp>> told;
  look_at(object, [&](const KeyEntry& entry) {
    if (entry.uid == uid) told = entry.last_used_at;
  });
  return told;
}

bool KeyTable::is_owner_in_force(Keys::const_reference key) const {
  const auto& owner = key.second.owner;
  if (!owner) return true;
  const auto member = members_.find({key.first.ns, owner->name});
  return member != members_.end() && member->second == owner->email;
}

void KeyTable::look_up(const std::string& organization, std::string_view key_id, const Look& look) const {
  Found found;
  const std::shared_lock lock(mutex_);
  const auto of = organizations_.find(organization);
  if (of != organizations_.end()) found.organization = &of->second;
  const auto token = tokens_.find(TokenName{.organization = organization, .id = key_id});
  if (token != tokens_.end()) {
    found.object = &token->key->first;
    found.key = &token->key->second;
    found.token = token->token;
    found.owner_in_force = is_owner_in_force(*token->key);
  }
  look(found);
}

}  // namespace guildhall::gate
