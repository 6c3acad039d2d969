#include "operator/kube/connection_failure.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "operator/kube/tls_context.hpp"

namespace guildhall::kube {

namespace {

/// Above it are OpenSSL's codes.
constexpr int kLastSystemError = 0xFFFF;
/// The resolver's TRY_AGAIN (netdb.h): its server did not answer.
constexpr int kTryAgain = 2;

constexpr std::array<std::string_view, 4> kLosses{"Failed to write request headers", "Failed to write request body",
                                                  "Failed to read HTTP status line", "Failed to read response body"};

std::string unresolved(int code) {
  return code == kTryAgain ? "its host name cannot be resolved now: the name server does not answer"
                           : "its host name cannot be resolved: there is no such host";
}

std::string unconnected(int code) {
  if (code == EHOSTUNREACH || code == ECONNREFUSED)
    return "cannot connect: connection refused, or no route to the host";
  return fmt::format("cannot connect: {}", std::generic_category().message(code));
}

/// The reason behind a stage; empty when the code says nothing that helps.
std::string reason_of(int code) {
  if (code > kLastSystemError) return describe_tls_error(static_cast<unsigned long>(code));
  switch (code) {
    case ECONNRESET:
    case ECONNABORTED:
    case ETIMEDOUT:
    case ENETUNREACH:
      return std::generic_category().message(code);
    default:
      return {};
  }
}

bool is_loss(std::string_view stage) {
  for (const std::string_view loss : kLosses) {
    if (stage.starts_with(loss)) return true;
  }
  return false;
}

}  // namespace

std::string describe_connection_failure(std::string_view stage, int code) {
  if (stage.starts_with("Error resolving")) return unresolved(code);
  if (stage.starts_with("Failed to connect")) return unconnected(code);
  const std::string reason = reason_of(code);
  const std::string what = is_loss(stage) ? fmt::format("the connection was lost ({})", stage) : std::string(stage);
  return reason.empty() ? what : fmt::format("{}: {}", what, reason);
}

}  // namespace guildhall::kube
