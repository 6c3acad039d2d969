#include "operator/records/signup_routes.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "operator/records/create_options.hpp"
#include "operator/records/words.hpp"

namespace guildhall::records {

namespace {

Status refusal_of(const core::Error& error, const Signup& signup) {
  if (error.kind == core::ErrorKind::Forbidden) return forbidden(kSignups, signup.organization, error.describe());
  Status status = status_of(error);
  status.group = kGroup;
  status.kind = kSignups;
  status.name = signup.organization;
  return status;
}

}  // namespace

Checked<Answer> answer_signup(const Surroundings& around, const User& user, const http::Request& request) {
  if (!around.sign_up) return std::unexpected(unavailable("this replica takes no sign-ups"));
  const auto options = accept_creation(request);
  if (!options) return std::unexpected(options.error());
  auto sent = parse_signup(request.body, *options);
  if (!sent) return std::unexpected(std::move(sent.error()));
  sent->signup.user = user;
  const auto outcome = around.sign_up(sent->signup);
  if (!outcome) return std::unexpected(refusal_of(outcome.error(), sent->signup));
  return Answer{.head = created(signup_object(sent->signup, *outcome, around.clock->now()), sent->warnings),
                .body = {}};
}

}  // namespace guildhall::records
