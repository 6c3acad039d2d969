#pragma once

#include <expected>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "operator/core/error.hpp"
#include "operator/http/server.hpp"

namespace guildhall::records {

/// One thing that is wrong with a request.
struct StatusCause {
  std::string type;     ///< metav1.CauseType: "FieldValueRequired"
  std::string message;  ///< "Required value: …"
  std::string field;    ///< "spec.email"
  bool operator==(const StatusCause&) const = default;
};

/// Why a request was not done: metav1.Status, as kubectl prints it. Source: Kubernetes API conventions, "Response
/// Status Kind"; the messages are those of k8s.io/apimachinery pkg/api/errors, so that people find what they know.
struct Status {
  int code = 500;
  std::string reason;   ///< metav1.StatusReason: "BadRequest"
  std::string message;  ///< for a person
  std::string group;    ///< of what it is about; empty: nothing in particular
  std::string kind;     ///< its resource, or its kind in Invalid
  std::string name;
  std::vector<StatusCause> causes;
  int retry_after_seconds = 0;  ///< 0: not said
  std::string allow;            ///< of 405: the methods that are supported (RFC 9110, section 15.5.6)
  bool operator==(const Status&) const = default;
};

/// A value, or the Status that is answered instead.
template <class T>
using Checked = std::expected<T, Status>;

Status bad_request(std::string message);
/// 401 for whoever did not come through the API server.
Status unauthorized();
/// 403: `message` says who may not do what.
Status forbidden(std::string_view resource, const std::string& name, const std::string& message);
Status not_found(std::string_view resource, const std::string& name);
/// 404 for a path that nothing is served at.
Status no_such_path();
/// 405: `auditentries` know no `delete`, but the methods in `allow`.
Status method_not_supported(std::string_view resource, std::string_view verb, std::string allow);
/// 405 for what is no resource, and can only be read.
Status method_not_allowed();
/// 406: only `media_types` can be had.
Status not_acceptable(std::string_view media_types);
Status not_acceptable_form(std::string message);
/// 410: what was to go on from is no longer there, or never was: list again.
Status expired(std::string message);
/// 413, 415: what was sent is too large, or is no JSON.
Status unsupported_media_type(std::string_view media_types);
/// 422: each cause names a field. The kind is "Signup" of this group, or "ListOptions" of meta.k8s.io.
Status invalid(std::string_view group, std::string_view kind, const std::string& name, std::vector<StatusCause> causes);
/// 503, to be tried again in a second.
Status unavailable(std::string message);
/// 504, as for a resourceVersion that the server has not reached; clients list anew.
Status too_large_resource_version(const std::string& asked, const std::string& current);
/// By its kind: what a source, an access review or a desk could not do.
Status status_of(const core::Error& error);

nlohmann::json json_of(const Status& status);
http::Response respond(const Status& status);

}  // namespace guildhall::records
