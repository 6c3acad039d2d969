#pragma once

#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "operator/core/clock.hpp"
#include "operator/core/metrics.hpp"
#include "operator/http/client_address.hpp"
#include "operator/http/server.hpp"
#include "operator/page/invitations.hpp"
#include "operator/page/public_url.hpp"
#include "operator/page/rate_limiter.hpp"
#include "operator/page/routes.hpp"

namespace guildhall::page {

struct Settings {
  PublicUrl url;
  std::vector<http::Network> trusted_proxies;  ///< whose X-Forwarded-For is believed
  RateLimits limits;
};

/// References outlive the page.
struct Dependencies {
  Invitations& invitations;
  const core::Clock& clock;
  std::function<SteadyTime()> steady;  ///< for the rate limits
  core::Metrics& metrics;              ///< guildhall_page_requests_total by route and code
  /// A line for the log: what became of an accept or decline. It holds the first 8 digits of the token's hash, never
  /// the token, no names and no address.
  std::function<void(const std::string& line)> log;
  std::stop_token stop;  ///< ends a wait for the API server
};

/// The public page of invitations: answers requests to it, as a pure function of them but for `dependencies`.
///
/// Nothing changes on GET and HEAD, so that previews and scanners of mail do no harm. Every link that is not open has
/// one and the same answer. The answer to a POST is the result itself, no redirect to it: a page of its own would have
/// to claim "you have joined" to whoever opens it, and nothing but this one request knows that it is true. When the
/// browser loads it again it sends the form again, and is told that the invitation is not open any more, with the words
/// for who has just accepted it. A browser that loads the form's address with GET (a tab that comes back) is sent to
/// the invitation.
///
/// Thread-safe.
class Page {
 public:
  Page(Settings settings, Dependencies dependencies);

  http::Response answer(const http::Request& request);
  /// What every answer carries, for the answers that the server gives by itself.
  [[nodiscard]] const std::map<std::string, std::string>& headers() const { return headers_; }

 private:
  [[nodiscard]] http::Response respond(const http::Request& request, const Route& route);
  [[nodiscard]] http::Response respond_in_limits(const http::Request& request, const Route& route,
                                                 const std::string& client);
  [[nodiscard]] http::Response invitation(const Route& route, const std::string& client);
  [[nodiscard]] http::Response decide(const http::Request& request, const Route& route, const std::string& client);
  [[nodiscard]] http::Response carry_out(const Route& route, const std::string& hash, const Invitation& invitation);
  [[nodiscard]] http::Response without_invitation(const core::Error& error, const Route& route,
                                                  const std::string& client);
  [[nodiscard]] http::Response wrong_link(const std::string& client);

  const Settings settings_;
  const Dependencies dependencies_;
  const std::map<std::string, std::string> headers_;
  RateLimiter limiter_;
};

}  // namespace guildhall::page
