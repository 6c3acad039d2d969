#include "operator/signups_lease.hpp"

#include <chrono>
#include <nlohmann/json.hpp>

#include "operator/core/json_member.hpp"
#include "operator/core/shallow_json.hpp"
#include "operator/lease_annotations.hpp"

namespace guildhall {

namespace {

using nlohmann::json;

constexpr const char* kName = "guildhall-signups";
constexpr const char* kPendingAnnotation = "guildhall.dev/pending-signups";
constexpr std::chrono::seconds kPatience{60};

PendingSignups parse(std::string_view text) {
  PendingSignups pending;
  const json object = core::parse_shallow_json(text);
  if (!object.is_object()) return pending;
  for (const auto& [organization, entry] : object.items()) {
    if (!entry.is_object()) continue;
    const auto since = core::parse_timestamp(core::text_at(entry, "since"));
    if (since) pending[organization] = {.by = core::text_at(entry, "by"), .since = *since};
  }
  return pending;
}

std::string format(const PendingSignups& pending) {
  json object = json::object();
  for (const auto& [organization, entry] : pending)
    object[organization] = {{"by", entry.by}, {"since", core::format_timestamp(entry.since)}};
  return object.dump();
}

}  // namespace

SignupsLease::SignupsLease(kube::Client& client, std::string ns) : client_(client), key_{std::move(ns), kName} {}

void SignupsLease::take(const core::ObjectMeta& lease) {
  version_ = lease.resource_version;
  pending_ = parse(lease.annotation(kPendingAnnotation));
}

core::Result<void> SignupsLease::read(const std::stop_token& stop) {
  const auto lease = read_lease(client_, key_, stop);
  if (!lease) return std::unexpected(lease.error());
  take(lease->value_or(core::ObjectMeta{}));
  return {};
}

PendingSignups SignupsLease::pending(core::Timestamp now) const {
  PendingSignups pending = pending_;
  std::erase_if(pending, [&](const auto& entry) { return now >= entry.second.since + kPatience; });
  return pending;
}

core::Result<bool> SignupsLease::write(const PendingSignups& pending, const std::stop_token& stop) {
  const auto written =
      write_lease(client_, key_, {{"annotations", {{kPendingAnnotation, format(pending)}}}}, version_, stop);
  if (!written) return std::unexpected(written.error());
  if (!*written) return false;
  take(**written);
  return true;
}

}  // namespace guildhall
