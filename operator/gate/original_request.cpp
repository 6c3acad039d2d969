#include "operator/gate/original_request.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

namespace guildhall::gate {

namespace {

using core::ErrorKind;
using core::Result;

constexpr std::string_view kRoot = "/auth/";
constexpr std::string_view kEnvoy = "envoy";

/// The names of the headers in which a proxy says what it was asked.
struct Dialect {
  const char* method;
  const char* uri;
};

constexpr Dialect kOriginal{"x-original-method", "x-original-uri"};
constexpr Dialect kForwarded{"x-forwarded-method", "x-forwarded-uri"};

/// The text up to the next slash, which goes, too.
std::string_view take_segment(std::string_view& path) {
  const auto slash = path.find('/');
  const std::string_view segment = path.substr(0, slash);
  path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  return segment;
}

Result<std::string> only_value(const http::Request& request, const char* name, bool required) {
  const auto values = http::values_of(request, name);
  if (values.size() == 1) return values.front();
  if (values.empty() && !required) return std::string();
  return core::fail(ErrorKind::Forbidden, fmt::format("the header {} is {}: let the proxy set it, and nobody else",
                                                      name, values.empty() ? "missing" : "there more than once"));
}

Result<OriginalRequest> read_headers(const http::Request& request, const Dialect& dialect, OriginalRequest original) {
  auto method = only_value(request, dialect.method, false);
  if (!method) return std::unexpected(std::move(method.error()));
  auto target = only_value(request, dialect.uri, true);
  if (!target) return std::unexpected(std::move(target.error()));
  original.method = std::move(*method);
  original.target = std::move(*target);
  return original;
}

OriginalRequest read_request_line(const http::Request& request, std::string_view rest, OriginalRequest original) {
  original.method = request.method;
  original.target = "/" + std::string(rest);
  if (!request.query.empty()) original.target += "?" + request.query;
  return original;
}

}  // namespace

Result<OriginalRequest> original_request(const http::Request& request) {
  std::string_view rest = request.path;
  const auto unknown = core::fail(ErrorKind::NotFound, "ask at /auth/<organization>/<deployment>");
  if (!rest.starts_with(kRoot)) return unknown;
  rest.remove_prefix(kRoot.size());
  OriginalRequest original;
  original.organization = take_segment(rest);
  const bool ends = rest.find('/') == std::string_view::npos;
  original.deployment = take_segment(rest);
  if (original.organization.empty() || original.deployment.empty()) return unknown;
  if (ends) return read_headers(request, kOriginal, std::move(original));
  const bool is_last = rest.find('/') == std::string_view::npos;
  const std::string_view dialect = take_segment(rest);
  if (dialect == "forwarded" && is_last) return read_headers(request, kForwarded, std::move(original));
  if (dialect == kEnvoy && !is_last) return read_request_line(request, rest, std::move(original));
  return unknown;
}

}  // namespace guildhall::gate
