#pragma once

#include <string>
#include <string_view>

namespace guildhall::plugin {

/// What is wrong with an email that somebody is to be invited by; empty: the API server takes it. These are its own
/// rules, so that one hears of them without a server as well. Source: spec.email in crds/members.yaml.
std::string find_email_problem(std::string_view email);

/// As an email stands in a Member: in lower case. For looking one up.
std::string as_in_members(std::string_view email);

}  // namespace guildhall::plugin
