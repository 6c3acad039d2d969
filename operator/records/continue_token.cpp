#include "operator/records/continue_token.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "operator/core/crc32.hpp"
#include "operator/core/shallow_json.hpp"
#include "operator/kube/base64.hpp"

namespace guildhall::records {

namespace {

using nlohmann::json;

constexpr const char* kTokenVersion = "guildhall.dev/1";

/// RFC 4648, section 5, without padding: it stands in URLs.
std::string to_base64url(std::string_view bytes) {
  std::string text = kube::encode_base64(bytes);
  text.erase(text.find_last_not_of('=') + 1);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  if (text.find_first_of("+/= \r\n") != std::string_view::npos) return std::nullopt;
  std::string standard(text);
  std::ranges::replace(standard, '-', '+');
  std::ranges::replace(standard, '_', '/');
  return kube::decode_base64(standard);
}

bool holds_numbers(const json& token) {
  return std::ranges::all_of(std::initializer_list<const char*>{"time", "row", "rv", "query"}, [&](const char* name) {
    const auto found = token.find(name);
    return found != token.end() && found->is_number_integer();
  });
}

Status not_valid() {
  return bad_request("continue key is not valid: list again without it");
}

}  // namespace

std::string encode_continue(const ContinuePoint& point) {
  const json token = {{"v", kTokenVersion},
                      {"time", point.after.time.time_since_epoch().count()},
                      {"row", point.after.row},
                      {"rv", point.resource_version},
                      {"query", point.query}};
  return to_base64url(token.dump());
}

Checked<ContinuePoint> decode_continue(std::string_view token, std::uint32_t query) {
  const auto text = from_base64url(token);
  const json whole = text ? core::parse_shallow_json(*text) : json();
  if (!whole.is_object() || whole.value("v", json()) != kTokenVersion || !holds_numbers(whole))
    return std::unexpected(not_valid());
  if (whole["query"] != query)
    return std::unexpected(
        bad_request("continue key is not valid: it was made for another query, and goes on with that "
                    "alone: namespace, fieldSelector and the other selectors must be the same"));
  return ContinuePoint{.after = {.time = core::Timestamp{std::chrono::microseconds{whole["time"].get<std::int64_t>()}},
                                 .row = whole["row"].get<std::int64_t>()},
                       .resource_version = whole["rv"].get<std::int64_t>(),
                       .query = query};
}

std::uint32_t query_mark(std::string_view ns, std::string_view selectors) {
  std::string text(ns);
  text += '\0';
  text += selectors;
  return core::crc32(text);
}

}  // namespace guildhall::records
