#include "operator/plugin/email.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "operator/api/member.hpp"

namespace guildhall::plugin {

namespace {

using api::MemberSpec;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string find_email_problem(std::string_view email) {
  const api::TextForm& form = MemberSpec::kEmailForm;
  if (!api::has_form(email, form))
    return fmt::format("EMAIL: {}, of at most {} characters", form.message, form.most_characters);
  const std::string in_lower_case = as_in_members(email);
  return email == in_lower_case ? "" : "EMAIL must be in lower case: " + in_lower_case;
}

std::string as_in_members(std::string_view email) {
  std::string text(email);
  std::ranges::transform(text, text.begin(), lower);
  return text;
}

}  // namespace guildhall::plugin
