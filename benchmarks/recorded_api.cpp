#include "benchmarks/recorded_api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "benchmarks/recorded_keys.hpp"
#include "benchmarks/world.hpp"
#include "operator/kube/retry.hpp"

namespace guildhall::benchmarks {

namespace {

using nlohmann::json;

constexpr std::size_t kPage = 500;

std::size_t number_behind(const std::string& query, const std::string& name) {
  const auto at = query.find(name + "=");
  return at == std::string::npos ? 0 : std::strtoul(query.c_str() + at + name.size() + 1, nullptr, 10);
}

/// So that pages are asked for.
http::Response refuse_to_stream() {
  return {
      .status = 422,
      .content_type = "application/json",
      .body = json{{"kind", "Status"}, {"reason", "Invalid"}, {"message", "no streaming lists"}, {"code", 422}}.dump(),
      .headers = {}};
}

http::Response silent_watch() {
  http::Response response{.content_type = "application/json", .body = {}, .headers = {}};
  response.stream = [](http::BodyWriter& body) {
    if (!body.flush()) return false;
    while (kube::pause(std::chrono::seconds{30}, body.stop_token())) {
      if (!body.write("\n") || !body.flush()) return false;
    }
    return true;
  };
  return response;
}

}  // namespace

RecordedApi::RecordedApi(std::size_t keys)
    : keys_(keys),
      server_(
          "127.0.0.1:0", [this](const http::Request& request) { return answer(request); }, {}, 2),
      port_(expect(server_.start())) {}

std::string RecordedApi::page(const std::string& resource, const std::string& query) const {
  std::size_t count = 0;
  if (resource == "apikeys") count = keys_;
  if (resource == "organizations") count = (keys_ + kRecordedKeysEach - 1) / kRecordedKeysEach;
  const std::size_t first = number_behind(query, "continue");
  json items = json::array();
  for (std::size_t index = first; index < std::min(count, first + kPage); ++index)
    items.push_back(resource == "apikeys" ? recorded_key(index) : recorded_organization_object(index));
  json metadata = {{"resourceVersion", "1000000"}};
  if (first + kPage < count) metadata["continue"] = std::to_string(first + kPage);
  return json{{"apiVersion", "guildhall.dev/v1alpha1"}, {"kind", "List"}, {"metadata", metadata}, {"items", items}}
      .dump();
}

http::Response RecordedApi::answer(const http::Request& request) const {
  if (request.query.find("sendInitialEvents=true") != std::string::npos) return refuse_to_stream();
  if (request.query.find("watch=") != std::string::npos) return silent_watch();
  const std::string resource = request.path.substr(request.path.rfind('/') + 1);
  return {.content_type = "application/json", .body = page(resource, request.query), .headers = {}};
}

std::filesystem::path RecordedApi::kubeconfig(const std::filesystem::path& directory) const {
  const auto file = directory / "recorded.kubeconfig";
  std::ofstream(file) << fmt::format(
      "{{apiVersion: v1, kind: Config, current-context: c, contexts: [{{name: c, context: {{cluster: c, user: u}}}}], "
      "clusters: [{{name: c, cluster: {{server: 'http://127.0.0.1:{}'}}}}], users: [{{name: u, user: {{}}}}]}}\n",
      port_);
  return file;
}

}  // namespace guildhall::benchmarks
