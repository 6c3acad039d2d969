#include "operator/removals_lease.hpp"

#include <nlohmann/json.hpp>

#include "operator/api/organization.hpp"
#include "operator/core/shallow_json.hpp"

namespace guildhall {

namespace {

using controllers::organization::PendingRemoval;
using controllers::organization::PendingRemovals;
using nlohmann::json;

PendingRemovals parse_pending(const core::ObjectMeta& lease) {
  PendingRemovals pending;
  const json object = core::parse_shallow_json(lease.annotation(kPendingRemovalsAnnotation));
  if (!object.is_object()) return pending;
  for (const auto& [uid, removal] : object.items()) {
    if (!removal.is_object()) continue;
    const auto since = core::parse_timestamp(removal.value("since", ""));
    if (since) pending.emplace(uid, PendingRemoval{*since, removal.value("version", "")});
  }
  return pending;
}

std::string format_pending(const PendingRemovals& pending) {
  json object = json::object();
  for (const auto& [uid, removal] : pending)
    object[uid] = {{"since", core::format_timestamp(removal.since)}, {"version", removal.version}};
  return object.dump();
}

bool is_lost_race(core::ErrorKind kind) {
  return kind == core::ErrorKind::Conflict || kind == core::ErrorKind::AlreadyExists;
}

}  // namespace

RemovalsLease::RemovalsLease(kube::Client& client, std::string ns, const std::string& organization)
    : client_(client), key_{std::move(ns), "guildhall-admins." + organization} {}

core::Result<void> RemovalsLease::read(const std::stop_token& stop) {
  const auto lease = client_.get(core::types::leases(), key_, stop);
  lease_.reset();
  if (!lease && lease.error().kind == core::ErrorKind::NotFound) return {};
  if (!lease) return std::unexpected(lease.error());
  auto meta = core::parse_object_meta(lease->at("metadata"));
  if (!meta) return std::unexpected(meta.error());
  lease_ = std::move(*meta);
  return {};
}

PendingRemovals RemovalsLease::pending() const {
  return lease_ ? parse_pending(*lease_) : PendingRemovals{};
}

std::optional<core::Timestamp> RemovalsLease::let_go() const {
  if (!lease_) return std::nullopt;
  const auto at = core::parse_timestamp(lease_->annotation(kLetGoAnnotation));
  return at ? std::optional(*at) : std::nullopt;
}

core::Result<bool> RemovalsLease::write(const core::ObjectMeta& organization, const PendingRemovals& pending,
                                        std::optional<core::Timestamp> let_go, const std::stop_token& stop) {
  json lease = core::object_head(core::types::leases(), key_);
  lease["metadata"]["annotations"] = {{kPendingRemovalsAnnotation, format_pending(pending)}};
  if (let_go) lease["metadata"]["annotations"][kLetGoAnnotation] = core::format_timestamp(*let_go);
  lease["metadata"]["ownerReferences"] = json::array({core::owner_reference(api::organization_type(), organization)});
  lease["spec"] = json::object();
  if (lease_) lease["metadata"]["resourceVersion"] = lease_->resource_version;
  const auto written = lease_ ? client_.replace(core::types::leases(), key_, lease, stop)
                              : client_.create(core::types::leases(), key_.ns, lease, stop);
  if (written) return true;
  if (is_lost_race(written.error().kind)) return false;
  return std::unexpected(written.error());
}

}  // namespace guildhall
