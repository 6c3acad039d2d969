#include "operator/records/signup_routes.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "operator/core/text.hpp"
#include "operator/records/negotiation.hpp"
#include "operator/records/request_field.hpp"
#include "operator/records/warning.hpp"
#include "operator/records/words.hpp"

namespace guildhall::records {

namespace {

bool is_json(const std::string& content_type) {
  const std::string type =
      core::lower_case(core::trimmed(std::string_view(content_type).substr(0, content_type.find(';'))));
  return type.empty() || type == "application/json";
}

Status refusal_of(const core::Error& error, const Signup& signup) {
  if (error.kind == core::ErrorKind::Forbidden) return forbidden(kSignups, signup.organization, error.describe());
  Status status = status_of(error);
  status.group = kGroup;
  status.kind = kSignups;
  status.name = signup.organization;
  return status;
}

Answer created(const SentSignup& sent, const SignupOutcome& outcome, core::Timestamp now) {
  http::Response response{
      .status = 201,
      .content_type = "application/json",
      .body = signup_object(sent.signup, outcome, now).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) +
              "\n",
      .headers = {}};
  if (!sent.warnings.empty()) response.headers["Warning"] = warning_header(sent.warnings);
  return {.head = std::move(response), .body = {}};
}

}  // namespace

Checked<Answer> answer_signup(const Surroundings& around, const User& user, const http::Request& request) {
  if (!around.sign_up) return std::unexpected(unavailable("this replica takes no sign-ups"));
  if (auto takes = negotiate_json(request_field(request, "accept")); !takes)
    return std::unexpected(std::move(takes.error()));
  if (!is_json(request_field(request, "content-type")))
    return std::unexpected(unsupported_media_type("application/json"));
  const auto options = read_create_options(Query(request.query));
  if (!options) return std::unexpected(options.error());
  auto sent = parse_signup(request.body, *options);
  if (!sent) return std::unexpected(std::move(sent.error()));
  sent->signup.user = user;
  const auto outcome = around.sign_up(sent->signup);
  if (!outcome) return std::unexpected(refusal_of(outcome.error(), sent->signup));
  return created(*sent, *outcome, around.clock->now());
}

}  // namespace guildhall::records
