#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace guildhall::core {

/// Why something failed, in the words that decide what comes next. The engine alone maps a kind to retry, wait or
/// stalled.
enum class ErrorKind {
  NotFound,         ///< the object, or the kind itself, does not exist (404)
  AlreadyExists,    ///< a create found an object of that name (409, reason AlreadyExists)
  Conflict,         ///< a precondition (resourceVersion, uid) or field ownership did not hold (409)
  Gone,             ///< the resourceVersion is too old: list again (410, reason Expired or Gone)
  Forbidden,        ///< authorization or admission refused (403)
  Unauthorized,     ///< the credentials were not accepted (401)
  Invalid,          ///< the request or the data is malformed or breaks a rule (400, 422)
  TooManyRequests,  ///< the server asks us to slow down (429)
  Timeout,          ///< no answer in time, here or at the server (408, 504)
  Unavailable,      ///< connection refused or lost, or the server failed (5xx)
  Canceled,         ///< we ended it: shutdown, or no longer the leader
  Internal,         ///< a fault of our own
};

/// The enumerator's name, as written above.
std::string_view to_string(ErrorKind kind);

/// A failure as a value: what went wrong, with which object, and why below that.
struct Error {
  ErrorKind kind = ErrorKind::Internal;
  std::string message;  ///< for a person; never holds a secret
  std::string object;   ///< what it was about, for example "ApiKey acme/grafana"; may be empty
  std::string reason;   ///< the API server's Status.reason, verbatim; empty when the failure is not its answer
  std::optional<std::chrono::milliseconds> retry_after;  ///< the server's Retry-After, when it sent one
  std::shared_ptr<const Error> cause;                    ///< the failure below this one; null at the bottom

  /// "object: message: cause's message ...", one line.
  [[nodiscard]] std::string describe() const;
};

/// Whether the same request may succeed later without anybody changing anything.
bool is_transient(ErrorKind kind);

}  // namespace guildhall::core
