#include "operator/removals_lease.hpp"

#include <nlohmann/json.hpp>

#include "operator/api/organization.hpp"
#include "operator/core/shallow_json.hpp"
#include "operator/lease_annotations.hpp"

namespace guildhall {

namespace {

using controllers::organization::PendingRemovals;
using controllers::organization::Removal;
using nlohmann::json;

/// Of Organizations whose Admins were removed lately; more than that is rather read again than held.
constexpr std::size_t kMostRemembered = 1'000;

PendingRemovals parse_pending(const core::ObjectMeta& lease) {
  PendingRemovals pending;
  const json object = core::parse_shallow_json(lease.annotation(kPendingRemovalsAnnotation));
  if (!object.is_object()) return pending;
  for (const auto& [uid, versions] : object.items()) {
    if (!versions.is_object()) continue;
    for (const auto& [version, written] : versions.items()) {
      const auto since = core::parse_timestamp(written.is_string() ? written.get<std::string>() : "");
      if (since) pending.emplace(Removal{uid, version}, *since);
    }
  }
  return pending;
}

std::string format_pending(const PendingRemovals& pending) {
  json object = json::object();
  for (const auto& [removal, since] : pending)
    object[removal.uid][removal.version] = core::format_timestamp(since);
  return object.dump();
}

VersionedRecord parse_record(const core::ObjectMeta& lease) {
  const auto let_go = core::parse_timestamp(lease.annotation(kLetGoAnnotation));
  return {.version = lease.resource_version,
          .record = {.pending = parse_pending(lease), .let_go = let_go ? std::optional(*let_go) : std::nullopt}};
}

}  // namespace

std::optional<VersionedRecord> RememberedRemovals::of(const std::string& organization) const {
  const std::scoped_lock lock(mutex_);
  const auto found = records_.find(organization);
  return found == records_.end() ? std::nullopt : std::optional(found->second);
}

void RememberedRemovals::keep(const std::string& organization, VersionedRecord record) {
  const std::scoped_lock lock(mutex_);
  if (records_.size() >= kMostRemembered && !records_.contains(organization)) records_.clear();
  records_[organization] = std::move(record);
}

void RememberedRemovals::forget(const std::string& organization) {
  const std::scoped_lock lock(mutex_);
  records_.erase(organization);
}

RemovalsLease::RemovalsLease(kube::Client& client, RememberedRemovals& remembered, std::string ns,
                             std::string organization)
    : client_(client),
      remembered_(remembered),
      organization_(std::move(organization)),
      key_{std::move(ns), "guildhall-admins." + organization_} {}

void RemovalsLease::take(VersionedRecord seen) {
  remembered_.keep(organization_, seen);
  seen_ = std::move(seen);
}

void RemovalsLease::drop() {
  remembered_.forget(organization_);
  seen_.reset();
}

bool RemovalsLease::recall() {
  seen_ = remembered_.of(organization_);
  return seen_.has_value();
}

core::Result<void> RemovalsLease::read(const std::stop_token& stop) {
  const auto lease = read_lease(client_, key_, stop);
  drop();
  if (!lease) return std::unexpected(lease.error());
  if (*lease) take(parse_record(**lease));
  return {};
}

RemovalsRecord RemovalsLease::record() const {
  return seen_ ? seen_->record : RemovalsRecord{};
}

core::Result<bool> RemovalsLease::write(const core::ObjectMeta& organization, const RemovalsRecord& record,
                                        const std::stop_token& stop) {
  json metadata;
  metadata["annotations"] = {{kPendingRemovalsAnnotation, format_pending(record.pending)}};
  if (record.let_go) metadata["annotations"][kLetGoAnnotation] = core::format_timestamp(*record.let_go);
  metadata["ownerReferences"] = json::array({core::owner_reference(api::organization_type(), organization)});
  const auto written = write_lease(client_, key_, std::move(metadata), seen_ ? seen_->version : "", stop);
  drop();
  if (!written) return std::unexpected(written.error());
  if (!*written) return false;
  take(parse_record(**written));
  return true;
}

}  // namespace guildhall
