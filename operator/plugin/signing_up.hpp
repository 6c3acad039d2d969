#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "operator/core/result.hpp"
#include "operator/plugin/identity.hpp"
#include "operator/plugin/invocation.hpp"

namespace guildhall::plugin {

/// The email of whom the API server knows by it: the user's name, or what follows the last : / or # in it. Errors:
/// Invalid, when that is none.
core::Result<std::string> own_email(const Caller& caller);

/// The Signup to create.
nlohmann::json signup_object(const SignUp& command, const std::string& email);

/// "signup.records.guildhall.dev/acme created", with the mark of a dry run.
std::string signup_line(const SignUp& command);

/// What was made, and what to look at next; several lines. `signup` as the server answered it.
std::string what_was_made(const nlohmann::json& signup);

}  // namespace guildhall::plugin
