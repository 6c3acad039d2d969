#include "tests/unit/operator/kube/cache/scripted_server.hpp"

namespace guildhall::tests {

using kube::HttpResponse;
using nlohmann::json;

core::Result<Item> decode_item(const json& object) {
  const auto data = object.find("data");
  if (data == object.end() || !data->is_object()) return core::fail(core::ErrorKind::Invalid, "data is no object");
  return Item{object.at("metadata").at("name"), data->value("value", ""), object.at("metadata").at("resourceVersion")};
}

json item(const std::string& name, int version, const std::string& value, const std::string& uid) {
  return {
      {"apiVersion", "v1"},
      {"kind", "Secret"},
      {"metadata", {{"name", name}, {"namespace", "acme"}, {"uid", uid}, {"resourceVersion", std::to_string(version)}}},
      {"data", {{"value", value}}}};
}

std::string event(const std::string& type, const json& object) {
  return json{{"type", type}, {"object", object}}.dump();
}

std::string bookmark(int version, bool ends_list) {
  json object = {
      {"apiVersion", "v1"}, {"kind", "Secret"}, {"metadata", {{"resourceVersion", std::to_string(version)}}}};
  if (ends_list) object["metadata"]["annotations"] = {{"k8s.io/initial-events-end", "true"}};
  return event("BOOKMARK", object);
}

std::string gone() {
  return event("ERROR", {{"kind", "Status"},
                         {"apiVersion", "v1"},
                         {"status", "Failure"},
                         {"message", "too old resource version"},
                         {"reason", "Expired"},
                         {"code", 410}});
}

void ScriptedServer::stream_of(std::vector<std::string> lines, core::Result<HttpResponse> end) {
  then([this, lines = std::move(lines),
        end = std::move(end)](const kube::LineHandler& on_line) -> core::Result<HttpResponse> {
    if (!end || end->status == 200) open();
    for (const auto& line : lines) {
      if (!on_line(line)) return HttpResponse{200, {}, ""};
    }
    return end;
  });
}

void ScriptedServer::open() const {
  if (on_open_) on_open_();
}

void ScriptedServer::page_of(const std::vector<json>& items, int version, const std::string& continue_token) {
  json metadata = {{"resourceVersion", std::to_string(version)}};
  if (!continue_token.empty()) metadata["continue"] = continue_token;
  const json list = {{"apiVersion", "v1"}, {"kind", "SecretList"}, {"metadata", metadata}, {"items", items}};
  then([text = list.dump()](const kube::LineHandler&) { return HttpResponse{200, {}, text}; });
}

void ScriptedServer::refuse(int code, const std::string& reason, const std::string& message) {
  const json status = {{"kind", "Status"},   {"apiVersion", "v1"}, {"status", "Failure"},
                       {"message", message}, {"reason", reason},   {"code", code}};
  then([code, text = status.dump()](const kube::LineHandler&) { return HttpResponse{code, {}, text}; });
}

void ScriptedServer::fail(core::ErrorKind kind) {
  then([kind](const kube::LineHandler&) { return core::fail(kind, "as the test wants it"); });
}

core::Result<HttpResponse> ScriptedServer::send(const kube::HttpRequest& request, const std::stop_token& /*stop*/) {
  return next(request, nullptr);
}

core::Result<HttpResponse> ScriptedServer::stream(const kube::HttpRequest& request,
                                                  std::chrono::milliseconds /*silence*/,
                                                  const kube::LineHandler& on_line, const std::stop_token& /*stop*/) {
  on_open_ = request.on_open;
  return next(request, on_line);
}

core::Result<HttpResponse> ScriptedServer::next(const kube::HttpRequest& request, const kube::LineHandler& on_line) {
  if (answers_.empty()) {
    stop_.request_stop();
    return core::fail(core::ErrorKind::Canceled, "the script is over");
  }
  targets_.push_back(request.target);
  const Answer answer = std::move(answers_.front());
  answers_.pop_front();
  return answer(on_line);
}

kube::Pacing FakePacing::pacing() {
  return {.now = [this] { return now; },
          .wait =
              [this](std::chrono::milliseconds time, const std::stop_token&) {
                waits.push_back(time);
                now += time;
              },
          .random = [this] { return random; },
          .longest_backoff = longest_backoff};
}

}  // namespace guildhall::tests
