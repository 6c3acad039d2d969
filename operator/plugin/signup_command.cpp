#include <ostream>

#include "operator/core/printable.hpp"
#include "operator/plugin/arguments.hpp"
#include "operator/plugin/call.hpp"
#include "operator/plugin/printing.hpp"
#include "operator/plugin/record_types.hpp"
#include "operator/plugin/signing_up.hpp"

namespace guildhall::plugin {

namespace {

void print(const Call& call, const SignUp& command, const nlohmann::json& signup) {
  const Output output = call.invocation.output;
  if (output == Output::Json || output == Output::Yaml) return print_document(call.out, output, signup);
  const std::string line =
      output == Output::Name ? "signup.records.guildhall.dev/" + command.organization : signup_line(command);
  call.out << core::printable(line) << "\n";
  if (output == Output::Table && command.dry_run == DryRun::None)
    call.out << core::printable_lines(what_was_made(signup));
}

core::Result<std::string> email_for(Session& session, const SignUp& command) {
  if (!command.email.empty()) return command.email;
  const auto caller = session.who_am_i();
  if (!caller) return std::unexpected(caller.error());
  return own_email(*caller);
}

}  // namespace

Outcome run(const Call& call, const SignUp& command) {
  const auto email = email_for(call.session, command);
  // Nothing went wrong: an argument is missing that somebody else needs none of.
  if (!email && email.error().kind == core::ErrorKind::Invalid && email.error().reason.empty()) {
    call.err << core::printable_lines("error: " + email.error().message);
    return kUsage;
  }
  if (!email) return std::unexpected(email.error());
  nlohmann::json signup = signup_object(command, *email);
  if (command.dry_run != DryRun::Client) {
    auto made = call.session.client().create(signup_type(), "", signup);
    if (!made) return std::unexpected(std::move(made.error()));
    signup = *std::move(made);
  }
  print(call, command, signup);
  return kDone;
}

}  // namespace guildhall::plugin
