#include "operator/page/routes.hpp"

#include <utility>

namespace guildhall::page {
namespace {

constexpr std::string_view kInvitations = "/invitations/";

/// "<token>", "<token>/accept", "<token>/decline".
Route invitation_route(std::string_view rest) {
  for (const auto& [end, place] : {std::pair{std::string_view("/accept"), Place::Accept}, {"/decline", Place::Decline}})
    if (rest.ends_with(end)) return {place, std::string(rest.substr(0, rest.size() - end.size()))};
  return {Place::Invitation, std::string(rest)};
}

}  // namespace

Route route_of(std::string_view path, std::string_view prefix) {
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
