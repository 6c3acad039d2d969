#include "operator/signups_lease.hpp"

#include <chrono>
#include <nlohmann/json.hpp>

#include "operator/core/shallow_json.hpp"

namespace guildhall {

namespace {

using nlohmann::json;

constexpr const char* kName = "guildhall-signups";
constexpr const char* kPendingAnnotation = "guildhall.dev/pending-signups";
constexpr std::chrono::seconds kPatience{60};

std::string text_at(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

PendingSignups parse(std::string_view text) {
  PendingSignups pending;
  const json object = core::parse_shallow_json(text);
  if (!object.is_object()) return pending;
  for (const auto& [organization, entry] : object.items()) {
    if (!entry.is_object()) continue;
    const auto since = core::parse_timestamp(text_at(entry, "since"));
    if (since) pending[organization] = {.by = text_at(entry, "by"), .since = *since};
  }
  return pending;
}

std::string format(const PendingSignups& pending) {
  json object = json::object();
  for (const auto& [organization, entry] : pending)
    object[organization] = {{"by", entry.by}, {"since", core::format_timestamp(entry.since)}};
  return object.dump();
}

bool is_lost_race(core::ErrorKind kind) {
  return kind == core::ErrorKind::Conflict || kind == core::ErrorKind::AlreadyExists;
}

}  // namespace

SignupsLease::SignupsLease(kube::Client& client, std::string ns) : client_(client), key_{std::move(ns), kName} {}

core::Result<void> SignupsLease::take(const json& lease) {
  const auto meta = core::parse_object_meta(lease.at("metadata"));
  if (!meta) return std::unexpected(meta.error());
  version_ = meta->resource_version;
  pending_ = parse(meta->annotation(kPendingAnnotation));
  return {};
}

core::Result<void> SignupsLease::read(const std::stop_token& stop) {
  version_.clear();
  pending_.clear();
  const auto lease = client_.get(core::types::leases(), key_, stop);
  if (!lease && lease.error().kind == core::ErrorKind::NotFound) return {};
  if (!lease) return std::unexpected(lease.error());
  return take(*lease);
}

PendingSignups SignupsLease::pending(core::Timestamp now) const {
  PendingSignups pending = pending_;
  std::erase_if(pending, [&](const auto& entry) { return now >= entry.second.since + kPatience; });
  return pending;
}

core::Result<bool> SignupsLease::write(const PendingSignups& pending, const std::stop_token& stop) {
  json lease = core::object_head(core::types::leases(), key_);
  lease["metadata"]["annotations"] = {{kPendingAnnotation, format(pending)}};
  lease["spec"] = json::object();
  if (!version_.empty()) lease["metadata"]["resourceVersion"] = version_;
  const auto written = version_.empty() ? client_.create(core::types::leases(), key_.ns, lease, stop)
                                        : client_.replace(core::types::leases(), key_, lease, stop);
  if (!written && is_lost_race(written.error().kind)) return false;
  if (!written) return std::unexpected(written.error());
  const auto taken = take(*written);
  if (!taken) return std::unexpected(taken.error());
  return true;
}

}  // namespace guildhall
