#include "operator/page/routes.hpp"

#include <optional>
#include <utility>

#include "operator/http/percent_encoding.hpp"

namespace guildhall::page {
namespace {

constexpr std::string_view kInvitations = "/invitations/";
/// Those that end a sentence, and the slash that some add to every link; none stands in a token.
constexpr std::string_view kBehindLink = "/.,;:!?)";
constexpr std::size_t kEscape = 3;

/// RFC 3986, section 2.3.
bool is_unreserved(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
         std::string_view("-._~").contains(letter);
}

/// What %XX stands for, when it may stand there as it is.
std::optional<char> unescaped(std::string_view text) {
  const auto letter = http::escaped_byte(text);
  return letter && is_unreserved(*letter) ? letter : std::nullopt;
}

/// The same path with nothing escaped that need not be (RFC 3986, section 6.2.2.2).
std::string normal_form(std::string_view path) {
  std::string result;
  while (!path.empty()) {
    const auto letter = unescaped(path);
    result += letter.value_or(path.front());
    path.remove_prefix(letter ? kEscape : 1);
  }
  return result;
}

/// Programs that find links in mails take along what stands behind them.
std::string_view without_rest(std::string_view token) {
  return token.substr(0, token.find_last_not_of(kBehindLink) + 1);
}

/// "<token>", "<token>/accept", "<token>/decline".
Route invitation_route(std::string_view rest) {
  for (const auto& [end, place] : {std::pair{std::string_view("/accept"), Place::Accept}, {"/decline", Place::Decline}})
    if (rest.ends_with(end)) return {place, std::string(rest.substr(0, rest.size() - end.size()))};
  return {Place::Invitation, std::string(without_rest(rest))};
}

}  // namespace

Route route_of(std::string_view written, std::string_view prefix) {
  const std::string normal = normal_form(written);
  std::string_view path = normal;
  if (!path.starts_with(prefix)) return {};
  path.remove_prefix(prefix.size());
  if (path.empty() ? !prefix.empty() : path == "/") return {Place::Start, {}};
  if (path == "/robots.txt") return {Place::Robots, {}};
  if (path.starts_with(kInvitations)) return invitation_route(path.substr(kInvitations.size()));
  return {};
}

std::string_view methods_of(Place place) {
  return place == Place::Accept || place == Place::Decline ? "GET, HEAD, POST" : "GET, HEAD";
}

bool takes(Place place, std::string_view method) {
  if (method == "GET" || method == "HEAD") return true;
  return method == "POST" && (place == Place::Accept || place == Place::Decline);
}

std::string_view label_of(Place place) {
  switch (place) {
    case Place::Start:
      return "start";
    case Place::Robots:
      return "robots";
    case Place::Invitation:
      return "invitation";
    case Place::Accept:
      return "accept";
    case Place::Decline:
      return "decline";
    case Place::Unknown:
      break;
  }
  return "unknown";
}

}  // namespace guildhall::page
