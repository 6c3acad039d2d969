#include "tests/unit/operator/kube/object_keeper.hpp"

#include <utility>

namespace guildhall::kube {

namespace {

using nlohmann::json;

HttpResponse refusal(int status, const char* reason) {
  const json body = {{"kind", "Status"}, {"status", "Failure"}, {"reason", reason}, {"code", status}};
  return {.status = status, .headers = {}, .body = body.dump()};
}

std::string path_of(const std::string& target) {
  return target.substr(0, target.find('?'));
}

}  // namespace

core::Result<HttpResponse> ObjectKeeper::send(const HttpRequest& request, const std::stop_token& /*stop*/) {
  const std::scoped_lock lock(mutex_);
  const std::string path = path_of(request.target);
  if (request.method == "GET") return read(path);
  if (request.method == "DELETE") return remove(path);
  json object = json::parse(request.body);
  if (request.method == "PUT") return replace(path, std::move(object));
  const std::string name = object["metadata"]["name"];
  return create(path + "/" + name, std::move(object));
}

core::Result<HttpResponse> ObjectKeeper::stream(const HttpRequest& /*request*/, std::chrono::milliseconds /*silence*/,
                                                const LineHandler& /*on_line*/, const std::stop_token& /*stop*/) {
  return core::fail(core::ErrorKind::Invalid, "nothing can be watched");
}

std::vector<std::string> ObjectKeeper::take_writes() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(writes_, {});
}

HttpResponse ObjectKeeper::read(const std::string& path) const {
  const auto found = objects_.find(path);
  if (found == objects_.end()) return refusal(404, "NotFound");
  return {.status = 200, .headers = {}, .body = found->second.dump()};
}

HttpResponse ObjectKeeper::create(const std::string& path, json object) {
  if (objects_.contains(path)) return refusal(409, "AlreadyExists");
  writes_.push_back("POST " + path);
  return keep(path, std::move(object));
}

HttpResponse ObjectKeeper::replace(const std::string& path, json object) {
  const auto found = objects_.find(path);
  if (found == objects_.end()) return refusal(404, "NotFound");
  const json& metadata = object["metadata"];
  const bool meets = !metadata.contains("resourceVersion") ||
                     metadata["resourceVersion"] == found->second["metadata"]["resourceVersion"];
  if (!meets) return refusal(409, "Conflict");
  writes_.push_back("PUT " + path);
  return keep(path, std::move(object));
}

HttpResponse ObjectKeeper::remove(const std::string& path) {
  if (objects_.erase(path) == 0) return refusal(404, "NotFound");
  writes_.push_back("DELETE " + path);
  return {.status = 200, .headers = {}, .body = R"({"kind":"Status","status":"Success"})"};
}

HttpResponse ObjectKeeper::keep(const std::string& path, json object) {
  object["metadata"]["resourceVersion"] = std::to_string(++version_);
  return {.status = 200, .headers = {}, .body = (objects_[path] = std::move(object)).dump()};
}

}  // namespace guildhall::kube
