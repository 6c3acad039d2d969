#include "operator/gate/gate.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "operator/core/error.hpp"
#include "operator/gate/access_line.hpp"
#include "operator/gate/credentials.hpp"
#include "operator/gate/original_request.hpp"

namespace guildhall::gate {

namespace {

http::Response plain(int status, std::string_view sentence) {
  http::Response response;
  response.status = status;
  if (!sentence.empty()) response.body = fmt::format("{}\n", sentence);
  response.headers["Cache-Control"] = "no-store";
  return response;
}

/// RFC 6750, section 3: without a credential the challenge names no error.
std::string challenge(Outcome outcome, std::string_view sentence) {
  constexpr std::string_view kRealm = R"(Bearer realm="guildhall")";
  if (outcome == Outcome::NoKey) return std::string(kRealm);
  return fmt::format(R"({}, error="invalid_token", error_description="{}")", kRealm, sentence);
}

http::Response response_of(const Decision& decision, const std::string& organization) {
  const std::string_view sentence = sentence_of(decision.outcome);
  http::Response response = plain(status_of(decision.outcome), sentence);
  if (response.status == 401) response.headers["WWW-Authenticate"] = challenge(decision.outcome, sentence);
  if (response.status != 200) return response;
  response.headers["X-Guildhall-Organization"] = organization;
  response.headers["X-Guildhall-Key"] = decision.key;
  response.headers["X-Guildhall-Permissions"] = decision.permissions;
  // Of a single node, too: proxies make strange things of a header that is to be copied and is not there.
  response.headers["AccountID"] = std::to_string(decision.tenant.account);
  response.headers["ProjectID"] = std::to_string(decision.tenant.project);
  return response;
}

}  // namespace

http::Response Gate::answer(const http::Request& request) const {
  const auto original = original_request(request);
  if (!original && original.error().kind == core::ErrorKind::NotFound) return plain(404, original.error().message);
  if (!at_.has_read()) {
    at_.outcomes.count_not_ready();
    return plain(503, "the gate has not read the cluster yet");
  }
  const core::Timestamp now = at_.clock.now();
  Decision decision{.outcome = Outcome::UnclearRequest};
  if (original)
    decision = decide({.request = *original, .credentials = credentials_of(request), .now = now}, at_.table, at_.paths);
  at_.outcomes.count(decision.outcome);
  if (original) at_.uses.note(original->organization, decision, now);
  if (at_.log) at_.log(access_line(now, original.value_or(OriginalRequest{}), decision));
  return response_of(decision, original ? original->organization : "");
}

}  // namespace guildhall::gate
