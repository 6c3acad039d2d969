#include "operator/page/page.hpp"

#include <fmt/format.h>

#include <utility>

#include "operator/crypto/digest.hpp"
#include "operator/page/form_guard.hpp"
#include "operator/page/headers.hpp"
#include "operator/page/pages.hpp"

namespace guildhall::page {
namespace {

constexpr std::size_t kHashInLog = 8;
constexpr std::chrono::seconds kTryAgainAfter{5};

http::Response html(int status, std::string body) {
  return {.status = status, .content_type = "text/html; charset=utf-8", .body = std::move(body), .headers = {}};
}

/// For whatever link that is not open.
http::Response not_open() {
  return html(404, not_open_page());
}

http::Response try_again(std::string_view path) {
  http::Response response = html(503, try_again_page(path));
  response.headers["Retry-After"] = fmt::format("{}", kTryAgainAfter.count());
  return response;
}

http::Response too_many_requests(std::chrono::milliseconds wait) {
  const auto seconds = std::max(std::chrono::ceil<std::chrono::seconds>(wait), std::chrono::seconds{1});
  http::Response response = html(429, too_many_requests_page(seconds));
  response.headers["Retry-After"] = fmt::format("{}", seconds.count());
  return response;
}

http::Response wrong_method(Place place) {
  http::Response response = html(405, wrong_method_page());
  response.headers["Allow"] = methods_of(place);  // RFC 9110, section 15.5.6
  return response;
}

http::Response see_other(std::string path) {
  http::Response response = html(303, {});
  response.headers["Location"] = std::move(path);
  return response;
}

std::string_view word_of(Answer answer) {
  switch (answer) {
    case Answer::Done:
      return "done";
    case Answer::NotOpen:
      return "not open";
    case Answer::TryAgain:
      return "no answer of the API server";
    case Answer::Refused:
      break;
  }
  return "refused";
}

}  // namespace

Page::Page(Settings settings, Dependencies dependencies)
    : settings_(std::move(settings)),
      dependencies_(std::move(dependencies)),
      headers_(security_headers(settings_.url)),
      limiter_(settings_.limits) {}

http::Response Page::answer(const http::Request& request) {
  const Route route = route_of(request.path, settings_.url.prefix);
  http::Response response = respond(request, route);
  response.headers.insert(headers_.begin(), headers_.end());
  dependencies_.metrics.count(
      "guildhall_page_requests_total",
      {{"route", std::string(label_of(route.place))}, {"code", fmt::format("{}", response.status)}}, 1);
  return response;
}

http::Response Page::respond(const http::Request& request, const Route& route) {
  const std::string client = http::client_network(http::client_address(request, settings_.trusted_proxies));
  if (const auto wait = limiter_.admit(client, dependencies_.steady())) return too_many_requests(*wait);
  return respond_in_limits(request, route, client);
}

http::Response Page::respond_in_limits(const http::Request& request, const Route& route, const std::string& client) {
  if (route.place == Place::Unknown) return html(404, nothing_here_page());
  if (!takes(route.place, request.method)) return wrong_method(route.place);
  if (route.place == Place::Start) return html(200, start_page());
  if (route.place == Place::Robots) return {.status = 200, .body = "User-agent: *\nDisallow: /\n", .headers = {}};
  if (!is_token(route.token)) return wrong_link(client);
  if (route.place == Place::Invitation) return invitation(route, client);
  if (request.method != "POST") return see_other(invitation_path(settings_.url, route.token));
  return decide(request, route, client);
}

http::Response Page::invitation(const Route& route, const std::string& client) {
  const auto found = dependencies_.invitations.find(crypto::sha256_hex(route.token));
  if (!found) return without_invitation(found.error(), route, client);
  return html(200, invitation_page(*found, settings_.url, route.token, dependencies_.clock.now()));
}

http::Response Page::without_invitation(const core::Error& error, const Route& route, const std::string& client) {
  if (error.kind != core::ErrorKind::NotFound) return try_again(invitation_path(settings_.url, route.token));
  return wrong_link(client);
}

http::Response Page::wrong_link(const std::string& client) {
  limiter_.charge_wrong_link(client, dependencies_.steady());
  return not_open();
}

http::Response Page::decide(const http::Request& request, const Route& route, const std::string& client) {
  const FormProblem problem = check_form(request, route, settings_.url);
  const std::string path = invitation_path(settings_.url, route.token);
  if (problem != FormProblem::None) return html(problem == FormProblem::WrongType ? 415 : 403, unknown_form_page(path));
  const std::string hash = crypto::sha256_hex(route.token);
  const auto found = dependencies_.invitations.find(hash);
  if (!found) return without_invitation(found.error(), route, client);
  return carry_out(route, hash, *found);
}

http::Response Page::carry_out(const Route& route, const std::string& hash, const Invitation& invitation) {
  const bool accepts = route.place == Place::Accept;
  Invitations& invitations = dependencies_.invitations;
  const Outcome outcome =
      accepts ? invitations.accept(hash, dependencies_.stop) : invitations.decline(hash, dependencies_.stop);
  dependencies_.log(fmt::format("page: {} of invitation {}: {}", label_of(route.place), hash.substr(0, kHashInLog),
                                word_of(outcome.answer)));
  switch (outcome.answer) {
    case Answer::Done:
      return html(200, accepts ? accepted_page(invitation) : declined_page(invitation));
    case Answer::NotOpen:
      return not_open();
    case Answer::TryAgain:
      return try_again(invitation_path(settings_.url, route.token));
    case Answer::Refused:
      break;
  }
  return html(409, refused_page(outcome.words));
}

}  // namespace guildhall::page
