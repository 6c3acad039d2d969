#pragma once

#include <expected>
#include <string>
#include <utility>

#include "operator/core/error.hpp"

namespace guildhall::core {

/// A value, or why there is none. Returned by everything that can fail; exceptions do not cross a room's boundary.
template <class T>
using Result = std::expected<T, Error>;

/// A failed Result: `return fail(ErrorKind::Invalid, "…", "ApiKey acme/grafana");`
inline std::unexpected<Error> fail(ErrorKind kind, std::string message, std::string object = {}) {
  return std::unexpected(Error{.kind = kind,
                               .message = std::move(message),
                               .object = std::move(object),
                               .reason = {},
                               .retry_after = {},
                               .cause = {}});
}

/// A failed Result that keeps the kind of `cause` and says what was being done.
inline std::unexpected<Error> fail(std::string message, Error cause) {
  Error outer{.kind = cause.kind,
              .message = std::move(message),
              .object = {},
              .reason = cause.reason,
              .retry_after = cause.retry_after,
              .cause = {}};
  outer.cause = std::make_shared<const Error>(std::move(cause));
  return std::unexpected(std::move(outer));
}

}  // namespace guildhall::core
