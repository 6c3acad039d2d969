#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "operator/core/result.hpp"
#include "operator/core/timestamp.hpp"
#include "operator/records/create_options.hpp"
#include "operator/records/front_proxy.hpp"
#include "operator/records/status.hpp"

namespace guildhall::records {

/// Somebody asks for an Organization of their own.
struct Signup {
  User user;
  std::string organization;
  std::string display_name;  ///< the organization's name when it was left out
  std::string email;
  bool dry_run = false;  ///< everything is checked, and nothing made
  bool operator==(const Signup&) const = default;
};

/// What was made of it.
struct SignupOutcome {
  std::string ns;      ///< the home
  std::string member;  ///< the name of the user's Member
};

/// Decides, and makes it. Thread-safe. Errors: AlreadyExists, Forbidden, Invalid, Unavailable, …: a message for the
/// user.
using SignupDesk = std::function<core::Result<SignupOutcome>(const Signup&)>;

/// A Signup as it was sent, and what there is to warn of.
struct SentSignup {
  Signup signup;
  std::vector<std::string> warnings;
};

/// Reads what was sent. Errors: 400 for no JSON, another kind, and unknown fields when that is strict; 422 for fields
/// that are missing or wrong, each by name.
Checked<SentSignup> parse_signup(std::string_view body, const CreateOptions& options);

/// The Signup as it is answered.
nlohmann::json signup_object(const Signup& signup, const SignupOutcome& outcome, core::Timestamp now);

}  // namespace guildhall::records
