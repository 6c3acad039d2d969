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

/// What stands before the colon: the key's name and fingerprint.
std::string_view label_in(std::string_view seal) {
  const auto colon = seal.find(':');
  return colon == std::string_view::npos ? std::string_view{} : seal.substr(0, colon);
}

bool is_hex(std::string_view text, std::size_t length) {
  return text.size() == length && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// "<name>.<8 hex>:<64 hex>"; the name may hold dots.
bool has_form_of_seal(std::string_view seal) {
  const std::string_view label = label_in(seal);
  const auto dot = label.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  return is_hex(label.substr(dot + 1), 8) && is_hex(seal.substr(label.size() + 1), 64);
}

std::string label_of(const std::string& name, const core::SecretText& key) {
  return name + "." + hmac_sha256_hex(key.reveal(), "fingerprint of a seal key").substr(0, 8);
}

std::string seal_with(const std::string& label, const core::SecretText& key, const std::string& message) {
  return label + ":" + hmac_sha256_hex(key.reveal(), message);
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

void KeyRing::replace(std::shared_ptr<const Keys> keys) {
  auto fresh = std::make_shared<Ring>();
  for (const auto& [name, key] : *keys) {
    fresh->newest = label_of(name, key);
    fresh->by_label.emplace(fresh->newest, &key);
  }
  fresh->keys = std::move(keys);
  const std::scoped_lock lock(mutex_);
  ring_ = std::move(fresh);
}

std::shared_ptr<const KeyRing::Ring> KeyRing::ring() const {
  const std::scoped_lock lock(mutex_);
  return ring_;
}

bool KeyRing::empty() const {
  return ring()->by_label.empty();
}

core::Result<std::string> KeyRing::sign(std::string_view purpose, std::string_view canonical) const {
  const auto ring = this->ring();
  if (ring->by_label.empty()) return core::fail(core::ErrorKind::Unavailable, "there is no seal key");
  return seal_with(ring->newest, *ring->by_label.at(ring->newest), framed(purpose, canonical));
}

bool KeyRing::verify(std::string_view purpose, std::string_view canonical, std::string_view seal) const {
  const auto ring = this->ring();
  const auto found = ring->by_label.find(label_in(seal));
  if (found == ring->by_label.end()) return false;
  return equal_in_constant_time(seal_with(found->first, *found->second, framed(purpose, canonical)), seal);
}

bool KeyRing::is_by_unknown_key(std::string_view seal) const {
  return has_form_of_seal(seal) && !ring()->by_label.contains(label_in(seal));
}

}  // namespace guildhall::crypto
