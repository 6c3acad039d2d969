#include "operator/kube/status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "operator/core/json_member.hpp"

namespace guildhall::kube {

namespace {

using core::ErrorKind;

constexpr std::size_t kLongestForeignText = 200;
/// What is added to a clock must not overflow it, and nobody means more.
constexpr std::chrono::hours kLongestRetryAfter{24};

std::int64_t number_at(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

/// Of a text that is not the API server's: one printable line.
std::string excerpt(std::string_view text) {
  std::string line(text.substr(0, kLongestForeignText));
  std::ranges::replace_if(line, [](char c) { return c < ' ' || c > '~'; }, ' ');
  while (!line.empty() && line.back() == ' ')
    line.pop_back();
  return line;
}

std::chrono::milliseconds capped(std::uint64_t seconds) {
  const auto most = static_cast<std::uint64_t>(std::chrono::seconds(kLongestRetryAfter).count());
  return std::chrono::seconds(std::min(seconds, most));
}

std::optional<std::chrono::milliseconds> retry_after_in(const nlohmann::json& status) {
  const auto details = status.find("details");
  if (details == status.end() || !details->is_object()) return std::nullopt;
  const auto found = details->find("retryAfterSeconds");
  if (found == details->end() || !found->is_number_unsigned()) return std::nullopt;
  const auto seconds = found->get<std::uint64_t>();
  if (seconds == 0) return std::nullopt;
  return capped(seconds);
}

}  // namespace

ErrorKind kind_of(int code, const std::string& reason) {
  switch (code) {
    case 401:
      return ErrorKind::Unauthorized;
    case 403:
      return ErrorKind::Forbidden;
    case 404:
      return ErrorKind::NotFound;
    case 408:
    case 504:
      return ErrorKind::Timeout;
    case 409:
      return reason == "AlreadyExists" ? ErrorKind::AlreadyExists : ErrorKind::Conflict;
    case 410:
      return ErrorKind::Gone;
    case 429:
      return ErrorKind::TooManyRequests;
    default:
      break;
  }
  if (reason == "Expired" || reason == "Gone") return ErrorKind::Gone;
  return code >= 400 && code < 500 ? ErrorKind::Invalid : ErrorKind::Unavailable;
}

core::Error error_of_status(const nlohmann::json& status, int code, const std::string& object) {
  const auto own_code = static_cast<int>(number_at(status, "code"));
  core::Error error;
  error.reason = core::text_at(status, "reason");
  error.kind = kind_of(own_code == 0 ? code : own_code, error.reason);
  error.message = core::text_at(status, "message");
  if (error.message.empty()) error.message = fmt::format("the API server answered {}", own_code == 0 ? code : own_code);
  error.object = object;
  error.retry_after = retry_after_in(status);
  return error;
}

core::Error error_of_response(const HttpResponse& response, const std::string& object) {
  const auto status = nlohmann::json::parse(response.body, nullptr, false);
  core::Error error;
  if (status.is_object() && core::text_at(status, "kind") == "Status") {
    error = error_of_status(status, response.status, object);
  } else {
    error.kind = kind_of(response.status, {});
    error.object = object;
    error.message = fmt::format("the API server answered {}", response.status);
    if (const std::string said = excerpt(response.body); !said.empty()) error.message += ": " + said;
  }
  if (const auto told = retry_after_of(response)) error.retry_after = told;
  return error;
}

std::optional<std::chrono::milliseconds> retry_after_of(const HttpResponse& response) {
  const auto header = response.headers.find("retry-after");
  if (header == response.headers.end()) return std::nullopt;
  const std::string& text = header->second;
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return capped(seconds);
}

}  // namespace guildhall::kube
