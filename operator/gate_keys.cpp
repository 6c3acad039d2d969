#include "operator/gate_keys.hpp"

#include "operator/api/apikey.hpp"
#include "operator/gate_state.hpp"

namespace guildhall {

GateKeys::GateKeys(gate::KeyTable& table) : ObjectCache(api::api_key_type(), {}), table_(table) {}

core::Result<void> GateKeys::upsert(const core::ObjectKey& key, const Standing& /*standing*/,
                                    const nlohmann::json& object, std::uint64_t seen) {
  const auto parsed = api::parse_api_key(object);
  if (!parsed) return std::unexpected(parsed.error());
  put_key(key, *parsed, table_);
  advance(seen);
  return {};
}

void GateKeys::erase(const core::ObjectKey& key, std::uint64_t seen) {
  table_.remove_key(key);
  advance(seen);
}

std::optional<kube::ObjectCache::Standing> GateKeys::standing_of(const core::ObjectKey& key) const {
  std::optional<Standing> standing;
  table_.look_at(key, [&](const gate::KeyEntry& entry) {
    standing = Standing{.uid = entry.uid, .version = entry.version, .deleting = entry.deleting};
  });
  return standing;
}

}  // namespace guildhall
