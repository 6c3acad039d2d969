#include "tests/unit/operator/runtime/fake_api.hpp"

#include <condition_variable>
#include <utility>

namespace guildhall::tests {

namespace {

using kube::HttpRequest;
using kube::HttpResponse;
using nlohmann::json;

std::string path_of(const core::ResourceType& type, const core::ObjectKey& key) {
  const std::string root = type.group.empty() ? "/api/" + type.version : "/apis/" + type.group + "/" + type.version;
  const std::string ns = key.ns.empty() ? "" : "/namespaces/" + key.ns;
  return root + ns + "/" + type.plural + "/" + key.name;
}

std::string without_query(const std::string& target) {
  return target.substr(0, target.find('?'));
}

HttpResponse ok(const json& object, int status = 200) {
  return {status, {}, object.dump()};
}

// Null where metadata or the member is missing.
json metadata_of(const json& object, const char* name) {
  const auto metadata = object.find("metadata");
  if (metadata == object.end() || !metadata->contains(name)) return nullptr;
  return metadata->at(name);
}

}  // namespace

kube::ClientOptions one_attempt() {
  kube::ClientOptions options;
  options.max_attempts = 1;
  return options;
}

HttpResponse refusal(int code, const std::string& reason, const std::string& message) {
  const json status = {{"kind", "Status"},   {"apiVersion", "v1"}, {"status", "Failure"},
                       {"message", message}, {"reason", reason},   {"code", code}};
  return {code, {{"content-type", "application/json"}}, status.dump()};
}

core::Result<HttpResponse> FakeApi::send(const HttpRequest& request, const std::stop_token& stop) {
  if (stop.stop_requested()) return core::fail(core::ErrorKind::Canceled, "stopped");
  const std::scoped_lock lock(mutex_);
  ++requests_;
  const bool write = request.method != "GET";
  const std::string path = without_query(request.target);
  if (write) {
    writes_.push_back(request.method + " " + path);
    bodies_.push_back(request.body.empty() ? json() : json::parse(request.body));
  }
  if (fault_) {
    if (auto fault = fault_(request, write ? static_cast<int>(writes_.size()) : 0)) return *fault;
  }
  const int number = static_cast<int>(writes_.size());
  const auto lost = core::fail(core::ErrorKind::Unavailable, "connection lost");
  if (cut_after_ && number > *cut_after_) return lost;
  auto response = answer(request, path);
  if (cut_after_ && lose_last_answer_ && number == *cut_after_) return lost;
  return response;
}

HttpResponse FakeApi::answer(const HttpRequest& request, const std::string& path) {
  if (request.method == "POST") {
    auto object = json::parse(request.body);
    return create(path + "/" + object.at("metadata").at("name").get<std::string>(), object);
  }
  const bool is_status = path.ends_with("/status");
  const std::string object_path = is_status ? path.substr(0, path.size() - std::string("/status").size()) : path;
  const auto found = objects_.find(object_path);
  const bool applies = request.method == "PATCH" && request.content_type.find("apply-patch") != std::string::npos;
  if (found == objects_.end() && applies && !is_status) return create(path, json::parse(request.body));
  if (found == objects_.end()) return refusal(404, "NotFound", object_path + " not found");
  if (request.method == "GET") return ok(found->second);
  if (request.method == "DELETE") return remove(path, request.body.empty() ? json() : json::parse(request.body));
  return update(object_path, request);
}

HttpResponse FakeApi::create(const std::string& path, json object) {
  if (objects_.contains(path)) return refusal(409, "AlreadyExists", path + " already exists");
  if (!metadata_of(object, "resourceVersion").is_null()) return refusal(409, "Conflict", path + ": no such version");
  object["metadata"]["uid"] = "uid-" + std::to_string(++uids_);
  return store(path, std::move(object), 201);
}

HttpResponse FakeApi::update(const std::string& path, const HttpRequest& request) {
  const json before = objects_.at(path);
  const json body = json::parse(request.body);
  for (const char* name : {"resourceVersion", "uid"}) {
    const json wanted = metadata_of(body, name);
    if (!wanted.is_null() && wanted != before.at("metadata").at(name)) {
      const std::string what =
          std::string(name) == "uid" ? "Precondition failed: UID in precondition" : "the object has been modified";
      return refusal(409, "Conflict", what);
    }
  }
  json after = before;
  if (request.method == "PUT") {
    after = body;
  } else {
    after.merge_patch(body);
  }
  after["metadata"]["uid"] = before.at("metadata").at("uid");
  after["metadata"]["resourceVersion"] = before.at("metadata").at("resourceVersion");
  if (after == before) return ok(after);
  return store(path, std::move(after), 200);
}

HttpResponse FakeApi::remove(const std::string& path, const json& options) {
  json& object = objects_.at(path);
  const json preconditions = options.value("preconditions", json::object());
  if (preconditions.contains("uid") && preconditions.at("uid") != object.at("metadata").at("uid"))
    return refusal(409, "Conflict", "the UID in the precondition (a) does not match the UID in record (b)");
  if (preconditions.contains("resourceVersion") &&
      preconditions.at("resourceVersion") != object.at("metadata").at("resourceVersion"))
    return refusal(409, "Conflict", "Precondition failed: ResourceVersion in precondition: a, in object meta: b");
  if (!object.at("metadata").value("finalizers", json::array()).empty()) {
    object["metadata"]["deletionTimestamp"] = "2026-11-24T10:00:00Z";
    return store(path, object, 200);
  }
  objects_.erase(path);
  ++version_;
  return ok({{"kind", "Status"}, {"status", "Success"}});
}

HttpResponse FakeApi::store(const std::string& path, json object, int status) {
  object["metadata"]["resourceVersion"] = std::to_string(++version_);
  const bool held = !object.at("metadata").value("finalizers", json::array()).empty();
  if (object.at("metadata").contains("deletionTimestamp") && !held) {
    objects_.erase(path);
  } else {
    objects_[path] = object;
  }
  return ok(object, status);
}

core::Result<HttpResponse> FakeApi::stream(const HttpRequest& /*request*/, std::chrono::milliseconds /*silence*/,
                                           const kube::LineHandler& /*on_line*/, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait(lock, stop, [] { return false; });
  return core::fail(core::ErrorKind::Canceled, "stopped");
}

void FakeApi::set_fault(Fault fault) {
  const std::scoped_lock lock(mutex_);
  fault_ = std::move(fault);
}

void FakeApi::cut_after(int writes) {
  const std::scoped_lock lock(mutex_);
  cut_after_ = writes;
  lose_last_answer_ = false;
}

void FakeApi::lose_answer_of(int write) {
  const std::scoped_lock lock(mutex_);
  cut_after_ = write;
  lose_last_answer_ = true;
}

void FakeApi::heal() {
  const std::scoped_lock lock(mutex_);
  cut_after_.reset();
  fault_ = nullptr;
}

json FakeApi::put(const core::ResourceType& type, const core::ObjectKey& key, json object) {
  const std::scoped_lock lock(mutex_);
  object["apiVersion"] = type.api_version();
  object["kind"] = type.kind;
  object["metadata"]["name"] = key.name;
  if (!key.ns.empty()) object["metadata"]["namespace"] = key.ns;
  object["metadata"]["uid"] = "uid-" + std::to_string(++uids_);
  object["metadata"]["resourceVersion"] = std::to_string(++version_);
  objects_[path_of(type, key)] = object;
  return object;
}

std::optional<json> FakeApi::find(const core::ResourceType& type, const core::ObjectKey& key) const {
  const std::scoped_lock lock(mutex_);
  const auto found = objects_.find(path_of(type, key));
  if (found == objects_.end()) return std::nullopt;
  return found->second;
}

void FakeApi::erase(const core::ResourceType& type, const core::ObjectKey& key) {
  const std::scoped_lock lock(mutex_);
  objects_.erase(path_of(type, key));
}

std::vector<std::string> FakeApi::writes() const {
  const std::scoped_lock lock(mutex_);
  return writes_;
}

std::vector<json> FakeApi::bodies() const {
  const std::scoped_lock lock(mutex_);
  return bodies_;
}

int FakeApi::requests() const {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

void FakeApi::forget_requests() {
  const std::scoped_lock lock(mutex_);
  writes_.clear();
  bodies_.clear();
  requests_ = 0;
}

std::map<std::string, json> FakeApi::content() const {
  const std::scoped_lock lock(mutex_);
  auto content = objects_;
  for (auto& [path, object] : content) {
    object["metadata"].erase("uid");
    object["metadata"].erase("resourceVersion");
    object.erase("eventTime");
    if (object.contains("regarding")) object["regarding"].erase("uid");
  }
  return content;
}

}  // namespace guildhall::tests
