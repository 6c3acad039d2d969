#include "operator/plugin/signing_up.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "operator/plugin/email.hpp"
#include "operator/plugin/record_types.hpp"
#include "operator/plugin/shell_word.hpp"

namespace guildhall::plugin {

core::Result<std::string> own_email(const Caller& caller) {
  std::string email(email_part(caller.user));
  if (!caller.user.starts_with("system:") && find_email_problem(email).empty()) return email;
  return core::fail(core::ErrorKind::Invalid,
                    fmt::format("the API server knows you as {}, which is no e-mail address; give yours: --email EMAIL",
                                caller.user));
}

nlohmann::json signup_object(const SignUp& command, const std::string& email) {
  nlohmann::json spec{{"organization", command.organization}, {"email", email}};
  if (!command.display_name.empty()) spec["displayName"] = command.display_name;
  const core::ResourceType type = signup_type();
  return {{"apiVersion", type.api_version()}, {"kind", type.kind}, {"spec", std::move(spec)}};
}

std::string signup_line(const SignUp& command) {
  const char* const mark = command.dry_run == DryRun::Client   ? " (dry run)"
                           : command.dry_run == DryRun::Server ? " (server dry run)"
                                                               : "";
  return fmt::format("signup.records.guildhall.dev/{} created{}", command.organization, mark);
}

std::string what_was_made(const nlohmann::json& signup) {
  const std::string organization = text_at(signup, "/spec/organization");
  const std::string home = text_at(signup, "/status/namespace");
  return fmt::format(
      "The organization {} has its home in the namespace {}, and you are its Member {}.\n"
      "See it: kubectl get organization {}\n"
      "See who belongs to it: kubectl guildhall members list -n {}",
      organization, home, text_at(signup, "/status/member"), shell_word(organization), shell_word(home));
}

}  // namespace guildhall::plugin
