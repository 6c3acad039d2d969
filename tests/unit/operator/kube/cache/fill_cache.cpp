#include "tests/unit/operator/kube/cache/fill_cache.hpp"

#include "tests/unit/operator/kube/cache/scripted_server.hpp"

namespace guildhall::tests {

void fill_cache(kube::ObjectCache& cache, const std::vector<nlohmann::json>& objects) {
  std::vector<std::string> lines;
  lines.reserve(objects.size() + 1);
  for (const auto& object : objects)
    lines.push_back(event("ADDED", object));
  lines.push_back(bookmark(1'000, true));
  const auto server = std::make_shared<ScriptedServer>();
  server->stream_of(std::move(lines));
  core::NoMetrics metrics;
  FakePacing pacing;
  kube::Client client{server, {}, metrics};
  kube::Reflector(cache, client, metrics, pacing.pacing()).run(server->stop_token());
}

}  // namespace guildhall::tests
