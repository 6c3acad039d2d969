#include "operator/lease_annotations.hpp"

#include <nlohmann/json.hpp>
#include <string>

namespace guildhall {

namespace {

using Seen = core::Result<std::optional<core::ObjectMeta>>;

/// Of a replacement also that the Lease is gone. Of a creation that would be its namespace.
bool is_lost_race(core::ErrorKind kind, bool replaces) {
  return kind == core::ErrorKind::Conflict || kind == core::ErrorKind::AlreadyExists ||
         (replaces && kind == core::ErrorKind::NotFound);
}

Seen parse(const nlohmann::json& lease) {
  auto meta = core::parse_object_meta(lease.at("metadata"));
  if (!meta) return std::unexpected(meta.error());
  return std::optional(std::move(*meta));
}

}  // namespace

Seen read_lease(kube::Client& client, const core::ObjectKey& key, const std::stop_token& stop) {
  const auto lease = client.get(core::types::leases(), key, stop);
  if (lease) return parse(*lease);
  if (lease.error().kind == core::ErrorKind::NotFound) return std::optional<core::ObjectMeta>();
  return std::unexpected(lease.error());
}

Seen write_lease(kube::Client& client, const core::ObjectKey& key, const nlohmann::json& metadata,
                 const std::string& version, const std::stop_token& stop) {
  const bool replaces = !version.empty();
  nlohmann::json lease = core::object_head(core::types::leases(), key);
  lease["metadata"].update(metadata);
  lease["spec"] = nlohmann::json::object();
  if (replaces) lease["metadata"]["resourceVersion"] = version;
  const auto written = replaces ? client.replace(core::types::leases(), key, lease, stop)
                                : client.create(core::types::leases(), key.ns, lease, stop);
  if (written) return parse(*written);
  if (is_lost_race(written.error().kind, replaces)) return std::optional<core::ObjectMeta>();
  return std::unexpected(written.error());
}

}  // namespace guildhall
