#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "operator/core/object_meta.hpp"
#include "operator/kube/object_cache.hpp"

namespace guildhall::tests {

// An informer that a test fills by hand: what would have come from the server.
class FakeCache final : public kube::ObjectCache {
 public:
  explicit FakeCache(core::ResourceType type) : ObjectCache(std::move(type), {}) {}

  // The cache has come to that version.
  void come_to(int version) { advance(static_cast<std::uint64_t>(version)); }
  void show(const core::ObjectKey& key, const std::string& uid, bool deleting = false) {
    objects_[key] = {.uid = uid, .version = 1, .deleting = deleting};
  }
  void hide(const core::ObjectKey& key) { objects_.erase(key); }
  [[nodiscard]] std::size_t size() const override { return objects_.size(); }

 protected:
  core::Result<void> upsert(const core::ObjectKey& key, const Standing& standing, const nlohmann::json& /*object*/,
                            std::uint64_t seen) override {
    objects_[key] = standing;
    advance(seen);
    return {};
  }
  void erase(const core::ObjectKey& key, std::uint64_t seen) override {
    objects_.erase(key);
    advance(seen);
  }
  [[nodiscard]] std::vector<core::ObjectKey> keys() const override { return {}; }
  [[nodiscard]] std::optional<Standing> standing_of(const core::ObjectKey& key) const override {
    const auto found = objects_.find(key);
    if (found == objects_.end()) return std::nullopt;
    return found->second;
  }

 private:
  std::map<core::ObjectKey, Standing> objects_;
};

}  // namespace guildhall::tests
