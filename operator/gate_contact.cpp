#include "operator/gate_contact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace guildhall {

namespace {

using Contact = kube::ObjectCache::Contact;

/// Bookmarks come about once a minute; after WatchOptions::silence the connection is given up.
constexpr std::chrono::seconds kLongestSilence{90};

std::array<Contact, 3> contacts(const GateCaches& caches, GateContact::Time now) {
  return {caches.organizations.contact(now), caches.members.contact(now), caches.api_keys.contact(now)};
}

bool is_lost(const Contact& one) {
  return !one.trouble.empty() || one.silence > kLongestSilence;
}

}  // namespace

std::chrono::duration<double> GateContact::age(Time now) const {
  return std::ranges::max(contacts(caches_, now), {}, &Contact::silence).silence;
}

core::Result<void> GateContact::check(Time now) const {
  const auto all = contacts(caches_, now);
  const auto lost = std::ranges::find_if(all, is_lost);
  if (lost == all.end()) return {};
  return core::fail(core::ErrorKind::Unavailable,
                    fmt::format("the API server is not heard of{}{}; requests are answered by what was known {} s ago",
                                lost->trouble.empty() ? "" : ": ", lost->trouble,
                                std::chrono::floor<std::chrono::seconds>(age(now)).count()));
}

}  // namespace guildhall
