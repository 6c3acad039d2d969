#include "operator/crypto/key_ring.hpp"

#include <algorithm>
#include <span>
#include <tuple>

#include "operator/crypto/digest.hpp"

namespace guildhall::crypto {
namespace {

std::string framed(std::string_view purpose, std::string_view canonical) {
  return std::to_string(purpose.size()) + ":" + std::string(purpose) + std::to_string(canonical.size()) + ":" +
         std::string(canonical);
}

/// A name in its stem, the length of the number at its end without leading zeros, and that number's digits: compared in
/// this order numbers of any length sort as numbers.
std::tuple<std::string_view, std::size_t, std::string_view> by_number(std::string_view name) {
  const std::size_t stem = name.find_last_not_of("0123456789") + 1;
  std::string_view number = name.substr(stem);
  number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
  return {name.substr(0, stem), number.size(), number};
}

std::string_view key_name(std::string_view seal) {
  const auto colon = seal.find(':');
  return colon == std::string_view::npos ? std::string_view{} : seal.substr(0, colon);
}

std::string seal_with(const std::string& name, const core::SecretText& key, const std::string& message) {
  return name + ":" + hmac_sha256_hex(key.reveal(), message);
}

}  // namespace

bool KeyNameOrder::operator()(std::string_view a, std::string_view b) const {
  const auto left = by_number(a);
  const auto right = by_number(b);
  return left != right ? left < right : a < b;
}

core::SecretText make_seal_key(core::RandomSource& random) {
  std::string bytes(32, '\0');
  random.fill(std::as_writable_bytes(std::span(bytes)));
  return core::SecretText(std::move(bytes));
}

void KeyRing::replace(Keys keys) {
  auto fresh = std::make_shared<const Keys>(std::move(keys));
  const std::scoped_lock lock(mutex_);
  keys_.swap(fresh);
}

std::shared_ptr<const KeyRing::Keys> KeyRing::keys() const {
  const std::scoped_lock lock(mutex_);
  return keys_;
}

bool KeyRing::empty() const {
  return keys()->empty();
}

core::Result<std::string> KeyRing::sign(std::string_view purpose, std::string_view canonical) const {
  const auto keys = this->keys();
  if (keys->empty()) return core::fail(core::ErrorKind::Unavailable, "there is no seal key");
  const auto& [name, key] = *keys->rbegin();
  return seal_with(name, key, framed(purpose, canonical));
}

bool KeyRing::verify(std::string_view purpose, std::string_view canonical, std::string_view seal) const {
  const auto keys = this->keys();
  const auto found = keys->find(key_name(seal));
  if (found == keys->end()) return false;
  return equal_in_constant_time(seal_with(found->first, found->second, framed(purpose, canonical)), seal);
}

bool KeyRing::knows_key_of(std::string_view seal) const {
  return keys()->contains(key_name(seal));
}

}  // namespace guildhall::crypto
