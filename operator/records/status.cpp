#include "operator/records/status.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "operator/records/words.hpp"

namespace guildhall::records {

namespace {

using nlohmann::json;

Status plain(int code, std::string reason, std::string message) {
  return {.code = code,
          .reason = std::move(reason),
          .message = std::move(message),
          .group = {},
          .kind = {},
          .name = {},
          .causes = {},
          .allow = {}};
}

Status about(Status status, std::string_view resource, const std::string& name) {
  status.group = kGroup;
  status.kind = resource;
  status.name = name;
  return status;
}

std::string qualified(std::string_view resource) {
  return fmt::format("{}.{}", resource, kGroup);
}

json cause_json(const StatusCause& cause) {
  json object = {{"message", cause.message}};
  if (!cause.type.empty()) object["reason"] = cause.type;
  if (!cause.field.empty()) object["field"] = cause.field;
  return object;
}

json details_json(const Status& status) {
  json details = json::object();
  if (!status.name.empty()) details["name"] = status.name;
  if (!status.group.empty()) details["group"] = status.group;
  if (!status.kind.empty()) details["kind"] = status.kind;
  for (const StatusCause& cause : status.causes)
    details["causes"].push_back(cause_json(cause));
  if (status.retry_after_seconds > 0) details["retryAfterSeconds"] = status.retry_after_seconds;
  return details;
}

struct Answer {
  int code = 500;
  const char* reason = "InternalError";
};

Answer answer_for(core::ErrorKind kind) {
  using core::ErrorKind;
  switch (kind) {
    case ErrorKind::NotFound:
      return {404, "NotFound"};
    case ErrorKind::AlreadyExists:
      return {409, "AlreadyExists"};
    case ErrorKind::Conflict:
      return {409, "Conflict"};
    case ErrorKind::Gone:
      return {410, "Expired"};
    case ErrorKind::Forbidden:
      return {403, "Forbidden"};
    case ErrorKind::Unauthorized:
      return {401, "Unauthorized"};
    case ErrorKind::Invalid:
      return {400, "BadRequest"};
    case ErrorKind::TooManyRequests:
      return {429, "TooManyRequests"};
    case ErrorKind::Timeout:
      return {504, "Timeout"};
    case ErrorKind::Unavailable:
    case ErrorKind::Canceled:
      return {503, "ServiceUnavailable"};
    case ErrorKind::Internal:
      return {};
  }
  return {};
}

}  // namespace

Status bad_request(std::string message) {
  return plain(400, "BadRequest", std::move(message));
}

Status unauthorized() {
  return plain(401, "Unauthorized", "Unauthorized");
}

Status forbidden(std::string_view resource, const std::string& name, const std::string& message) {
  const std::string what = name.empty() ? qualified(resource) : fmt::format("{} \"{}\"", qualified(resource), name);
  return about(plain(403, "Forbidden", fmt::format("{} is forbidden: {}", what, message)), resource, name);
}

Status not_found(std::string_view resource, const std::string& name) {
  return about(plain(404, "NotFound", fmt::format("{} \"{}\" not found", qualified(resource), name)), resource, name);
}

Status no_such_path() {
  return plain(404, "NotFound", "the server could not find the requested resource");
}

Status method_not_supported(std::string_view resource, std::string_view verb, std::string allow) {
  Status status =
      about(plain(405, "MethodNotAllowed",
                  fmt::format("{} is not supported on resources of kind \"{}\"", verb, qualified(resource))),
            resource, {});
  status.allow = std::move(allow);
  return status;
}

Status method_not_allowed() {
  Status status = plain(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
  status.allow = "GET";
  return status;
}

Status not_acceptable(std::string_view media_types) {
  return not_acceptable_form(fmt::format("only the following media types are accepted: {}", media_types));
}

Status not_acceptable_form(std::string message) {
  return plain(406, "NotAcceptable", std::move(message));
}

Status expired(std::string message) {
  return plain(410, "Expired", std::move(message));
}

Status unsupported_media_type(std::string_view media_types) {
  return plain(
      415, "UnsupportedMediaType",
      fmt::format("the body of the request was in an unknown format - accepted media types include: {}", media_types));
}

Status invalid(std::string_view group, std::string_view kind, const std::string& name,
               std::vector<StatusCause> causes) {
  std::vector<std::string> messages;
  messages.reserve(causes.size());
  for (const StatusCause& cause : causes)
    messages.push_back(fmt::format("{}: {}", cause.field, cause.message));
  const std::string listed = messages.size() == 1 ? messages.front() : fmt::format("[{}]", fmt::join(messages, ", "));
  Status status = plain(422, "Invalid", fmt::format("{}.{} \"{}\" is invalid: {}", kind, group, name, listed));
  status.group = group;
  status.kind = kind;
  status.name = name;
  status.causes = std::move(causes);
  return status;
}

Status unavailable(std::string message) {
  Status status = plain(503, "ServiceUnavailable", std::move(message));
  status.retry_after_seconds = 1;
  return status;
}

Status too_large_resource_version(const std::string& asked, const std::string& current) {
  Status status =
      plain(504, "Timeout", fmt::format("Timeout: Too large resource version: {}, current: {}", asked, current));
  status.causes = {{.type = "ResourceVersionTooLarge", .message = "Too large resource version", .field = {}}};
  status.retry_after_seconds = 1;
  return status;
}

Status status_of(const core::Error& error) {
  const auto [code, reason] = answer_for(error.kind);
  Status status = plain(code, reason, error.describe());
  const bool later = code == 503 || code == 504 || code == 429;
  if (later) status.retry_after_seconds = 1;
  return status;
}

json json_of(const Status& status) {
  json object = {{"kind", "Status"},    {"apiVersion", "v1"},        {"metadata", json::object()},
                 {"status", "Failure"}, {"message", status.message}, {"reason", status.reason},
                 {"code", status.code}};
  json details = details_json(status);
  if (!details.empty()) object["details"] = std::move(details);
  return object;
}

http::Response respond(const Status& status) {
  http::Response response{.status = status.code,
                          .content_type = "application/json",
                          .body = json_of(status).dump(-1, ' ', false, json::error_handler_t::replace) + "\n",
                          .headers = {}};
  if (status.retry_after_seconds > 0) response.headers["Retry-After"] = std::to_string(status.retry_after_seconds);
  if (!status.allow.empty()) response.headers["Allow"] = status.allow;
  return response;
}

}  // namespace guildhall::records
