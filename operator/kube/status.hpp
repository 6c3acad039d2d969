#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "operator/core/error.hpp"
#include "operator/kube/transport.hpp"

namespace guildhall::kube {

/// What the HTTP status and the reason of a metav1.Status mean. Source: Kubernetes API conventions, "Response Status
/// Kind"; apimachinery pkg/api/errors.
core::ErrorKind kind_of(int code, const std::string& reason);

/// The failure that a metav1.Status tells (an answer's body, or the object of an ERROR event). `code` is used where the
/// Status has none.
core::Error error_of_status(const nlohmann::json& status, int code, const std::string& object);

/// The failure that an answer outside 2xx tells: by its Status, or by its code when the body is none (a proxy's page).
core::Error error_of_response(const HttpResponse& response, const std::string& object);

/// The server's Retry-After, a number of seconds, at most a day; unset when there is none or it is written as a date
/// (the API server never does).
std::optional<std::chrono::milliseconds> retry_after_of(const HttpResponse& response);

}  // namespace guildhall::kube
