#include "operator/kube/optional_cache.hpp"

#include <nlohmann/json.hpp>

#include "operator/core/json_member.hpp"

namespace guildhall::kube {

namespace {

const core::ResourceType& definition_type() {
  static const core::ResourceType kType{"apiextensions.k8s.io", "v1", "customresourcedefinitions",
                                        "CustomResourceDefinition", false};
  return kType;
}

core::Result<Definition> parse_definition(const nlohmann::json& object) {
  const auto metadata = object.find("metadata");
  if (metadata == object.end() || !metadata->is_object())
    return core::fail(core::ErrorKind::Invalid, "metadata is missing");
  return Definition{core::text_at(*metadata, "name")};
}

}  // namespace

Informer<Definition> definitions() {
  return {definition_type(),
          {.ns = {}, .label_selector = {}, .field_selector = {}, .metadata_only = true},
          parse_definition};
}

OptionalCache::OptionalCache(ObjectCache& cache, Informer<Definition>& definitions)
    : cache_(cache), definitions_(definitions), name_(cache.type().plural + "." + cache.type().group) {
  definitions_.add_handler([this](const core::ObjectKey& key, const auto& /*before*/, const auto& after) {
    if (key.name != name_) return;
    const std::scoped_lock lock(mutex_);
    if (!after) defined_.request_stop();
    changed_.notify_all();
  });
}

bool OptionalCache::is_defined() const {
  return definitions_.get({"", name_}) != nullptr;
}

bool OptionalCache::wait_until_defined(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  return changed_.wait(lock, stop, [this] { return is_defined(); });
}

/// What ends when the definition goes. Unset: it has gone already.
std::optional<std::stop_source> OptionalCache::begin() {
  const std::scoped_lock lock(mutex_);
  if (!is_defined()) return std::nullopt;
  defined_ = std::stop_source();
  return defined_;
}

void OptionalCache::run(Client& client, core::Metrics& metrics, const std::stop_token& stop) {
  if (!definitions_.wait_until_synced(stop)) return;
  while (!stop.stop_requested()) {
    if (!is_defined()) cache_.clear();
    if (!wait_until_defined(stop)) return;
    auto until = begin();
    if (!until) continue;
    const std::stop_callback ends(stop, [&until] { until->request_stop(); });
    cache_.run(client, metrics, until->get_token());
  }
}

}  // namespace guildhall::kube
