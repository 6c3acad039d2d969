#include "operator/plugin/email.hpp"

#include <algorithm>
#include <regex>

namespace guildhall::plugin {

namespace {

constexpr std::size_t kLongest = 254;

bool has_the_form(const std::string& email) {
  static const std::regex form(
      "[A-Za-z0-9.!#$%&*+/=?^_{|}~-]+@[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?([.][A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)"
      "*");
  return email.size() <= kLongest && std::regex_match(email, form);
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string find_email_problem(std::string_view email) {
  const std::string text(email);
  if (!has_the_form(text)) return "EMAIL is an e-mail address such as jane@acme.example, of at most 254 characters";
  const std::string in_lower_case = as_in_members(email);
  return text == in_lower_case ? "" : "EMAIL must be in lower case: " + in_lower_case;
}

std::string as_in_members(std::string_view email) {
  std::string text(email);
  std::ranges::transform(text, text.begin(), lower);
  return text;
}

}  // namespace guildhall::plugin
