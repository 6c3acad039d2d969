#pragma once

#include <optional>
#include <vector>

#include "operator/gate/key_table.hpp"
#include "operator/kube/object_cache.hpp"

namespace guildhall {

/// The ApiKeys of a gate that stands alone: they are kept in its table and nowhere else. An Informer of 100,000 keys
/// would hold five times as much (benchmarks/RESULTS.md). Thread-safe.
class GateKeys final : public kube::ObjectCache {
 public:
  /// `table` outlives it, and nobody else puts keys there.
  explicit GateKeys(gate::KeyTable& table);

  [[nodiscard]] std::size_t size() const override { return table_.size(); }

 protected:
  core::Result<void> upsert(const core::ObjectKey& key, const Standing& standing, const nlohmann::json& object,
                            std::uint64_t seen) override;
  void erase(const core::ObjectKey& key, std::uint64_t seen) override;
  [[nodiscard]] std::vector<core::ObjectKey> keys() const override { return table_.keys(); }
  [[nodiscard]] std::optional<Standing> standing_of(const core::ObjectKey& key) const override;

 private:
  gate::KeyTable& table_;
};

}  // namespace guildhall
