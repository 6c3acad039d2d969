#include "operator/admission/review.hpp"

#include "operator/core/shallow_json.hpp"
#include "operator/kube/base64.hpp"

namespace guildhall::admission {

namespace {

using nlohmann::json;

constexpr const char* kApiVersion = "admission.k8s.io/v1";
constexpr const char* kKind = "AdmissionReview";

std::string text_at(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

/// request.object.metadata.managedFields, and that of oldObject: nobody here reads it, and it may nest as deep as
/// whoever wrote the object likes. For one text: it remembers whose members come.
core::LeaveOut managed_fields() {
  return [in_metadata = false](int depth, const std::string& name) mutable {
    constexpr int kMetadata = 3;
    if (depth <= kMetadata) in_metadata = depth == kMetadata && name == "metadata";
    return in_metadata && depth == kMetadata + 1 && name == "managedFields";
  };
}

std::vector<std::string> texts(const json& list) {
  std::vector<std::string> result;
  if (!list.is_array()) return result;
  for (const json& entry : list) {
    if (entry.is_string()) result.push_back(entry.get<std::string>());
  }
  return result;
}

json object_at(const json& request, const char* name) {
  const auto found = request.find(name);
  return found != request.end() && found->is_object() ? *found : json();
}

std::optional<Operation> operation_of(const std::string& word) {
  if (word == "CREATE") return Operation::Create;
  if (word == "UPDATE") return Operation::Update;
  if (word == "DELETE") return Operation::Delete;
  if (word == "CONNECT") return Operation::Connect;
  return std::nullopt;
}

core::User read_user(const json& request) {
  const json info = object_at(request, "userInfo");
  core::User user;
  if (info.is_null()) return user;
  user.name = text_at(info, "username");
  user.uid = text_at(info, "uid");
  user.groups = texts(info.value("groups", json()));
  const json extra = object_at(info, "extra");
  if (extra.is_null()) return user;
  for (const auto& [name, values] : extra.items())
    user.extra[name] = texts(values);
  return user;
}

json status_of(const Verdict& verdict) {
  return {{"status", "Failure"}, {"code", verdict.code}, {"reason", verdict.reason}, {"message", verdict.message}};
}

}  // namespace

Verdict allow() {
  return {};
}

Verdict refuse(std::string message) {
  return {.allowed = false, .code = 403, .reason = "Forbidden", .message = std::move(message), .patch = nullptr};
}

Verdict undecided(std::string message) {
  return {.allowed = false, .code = 500, .reason = "InternalError", .message = std::move(message), .patch = nullptr};
}

core::Result<Review> parse_review(std::string_view body) {
  const json whole = core::parse_shallow_json(body, managed_fields());
  if (!whole.is_object() || text_at(whole, "apiVersion") != kApiVersion || text_at(whole, "kind") != kKind)
    return core::fail(core::ErrorKind::Invalid, "not an AdmissionReview of admission.k8s.io/v1");
  const json request = object_at(whole, "request");
  if (request.is_null()) return core::fail(core::ErrorKind::Invalid, "an AdmissionReview without request");
  const auto operation = operation_of(text_at(request, "operation"));
  const std::string uid = text_at(request, "uid");
  if (uid.empty() || !operation)
    return core::fail(core::ErrorKind::Invalid, "an AdmissionReview without request.uid or request.operation");
  const json resource = object_at(request, "resource");
  const auto dry_run = request.find("dryRun");
  return Review{.uid = uid,
                .operation = *operation,
                .resource = resource.is_null() ? "" : text_at(resource, "resource"),
                .ns = text_at(request, "namespace"),
                .name = text_at(request, "name"),
                .user = read_user(request),
                .dry_run = dry_run != request.end() && *dry_run == true,
                .object = object_at(request, "object"),
                .old_object = object_at(request, "oldObject")};
}

std::string format_answer(const std::string& uid, const Verdict& verdict) {
  json response = {{"uid", uid}, {"allowed", verdict.allowed}};
  if (!verdict.allowed) response["status"] = status_of(verdict);
  if (verdict.allowed && !verdict.patch.is_null()) {
    response["patchType"] = "JSONPatch";
    response["patch"] = kube::encode_base64(verdict.patch.dump());
  }
  const json answer = {{"apiVersion", kApiVersion}, {"kind", kKind}, {"response", std::move(response)}};
  return answer.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace guildhall::admission
