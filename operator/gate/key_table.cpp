#include "operator/gate/key_table.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

namespace guildhall::gate {

namespace {

std::size_t place_of(std::string_view organization, std::string_view id) {
  const std::size_t first = std::hash<std::string_view>{}(organization);
  return first ^ (std::hash<std::string_view>{}(id) + 0x9e3779b97f4a7c15ULL + (first << 6U) + (first >> 2U));
}

}  // namespace

KeyTable::Tokens::const_iterator KeyTable::find_token(std::string_view organization, std::string_view id) const {
  const auto [begin, end] = tokens_.equal_range(place_of(organization, id));
  const auto found = std::find_if(begin, end, [&](const auto& one) {
    const KeyEntry& key = one.second->second;
    return key.organization == organization && std::ranges::find(key.tokens, id, &KeyToken::id) != key.tokens.end();
  });
  return found == end ? tokens_.end() : found;
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
    if (const auto former = find_token(key.second.organization, token.id); former != tokens_.end())
      tokens_.erase(former);
    tokens_.emplace(place_of(key.second.organization, token.id), &key);
  }
}

void KeyTable::forget_tokens(Keys::const_reference key) {
  for (const KeyToken& token : key.second.tokens) {
    const auto found = find_token(key.second.organization, token.id);
    if (found != tokens_.end() && found->second == &key) tokens_.erase(found);
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
  const auto token = find_token(organization, key_id);
  if (token != tokens_.end()) {
    const auto& [object, entry] = *token->second;
    found.object = &object;
    found.key = &entry;
    found.token = &*std::ranges::find(entry.tokens, key_id, &KeyToken::id);
    found.owner_in_force = is_owner_in_force(*token->second);
  }
  look(found);
}

}  // namespace guildhall::gate
