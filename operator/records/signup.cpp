#include "operator/records/signup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "operator/core/json_member.hpp"
#include "operator/core/printable.hpp"
#include "operator/records/words.hpp"

namespace guildhall::records {

namespace {

using nlohmann::json;
using Causes = std::vector<StatusCause>;

void wrong(Causes& causes, const std::string& field, const std::string& value, const char* why) {
  causes.push_back(
      {.type = "FieldValueInvalid", .message = fmt::format("Invalid value: \"{}\": {}", value, why), .field = field});
}

/// A text of the spec; the first that is no text or missing is a cause.
std::string text_at(const json& spec, const char* name, bool required, Causes& causes) {
  const std::string field = fmt::format("spec.{}", name);
  const auto found = spec.find(name);
  if (found != spec.end() && !found->is_null() && !found->is_string()) {
    causes.push_back({.type = "FieldValueTypeInvalid",
                      .message = fmt::format("Invalid value: \"{}\": must be a string", found->type_name()),
                      .field = field});
    return {};
  }
  const std::string value = found != spec.end() && found->is_string() ? found->get<std::string>() : std::string();
  if (required && value.empty())
    causes.push_back({.type = "FieldValueRequired", .message = "Required value", .field = field});
  return value;
}

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_label(std::string_view text) {
  constexpr std::size_t longest = 50;
  return !text.empty() && text.size() <= longest && is_lower_or_digit(text.front()) && is_lower_or_digit(text.back()) &&
         std::ranges::all_of(text, [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

/// As much as tells a slip of the hand; the Member's own rules decide.
bool is_email(std::string_view text) {
  constexpr std::size_t longest = 254;
  const auto at = text.find('@');
  const bool plain = std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f' && !(c >= 'A' && c <= 'Z'); });
  return plain && text.size() <= longest && at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos;
}

bool is_display_name(std::string_view text) {
  constexpr std::size_t longest = 64;
  return core::width(text) <= longest && core::is_printable(text) && text.front() != ' ' && text.back() != ' ';
}

void check(const Signup& signup, Causes& causes) {
  if (!signup.organization.empty() && !is_label(signup.organization))
    wrong(causes, "spec.organization", signup.organization,
          "must be a DNS label of at most 50 characters: lower-case letters, digits and dashes");
  if (!signup.email.empty() && !is_email(signup.email))
    wrong(causes, "spec.email", signup.email, "must be an e-mail address in lower case, such as jane@acme.example");
  if (!signup.display_name.empty() && !is_display_name(signup.display_name))
    wrong(causes, "spec.displayName", signup.display_name,
          "must be one line of at most 64 characters that neither begins nor ends with a space");
}

std::vector<std::string> unknown_fields(const json& whole, const json& spec) {
  std::vector<std::string> unknown;
  add_unknown_fields(unknown, whole, "", {"apiVersion", "kind", "metadata", "spec", "status"});
  add_unknown_fields(unknown, spec, "spec.", {"organization", "displayName", "email"});
  return unknown;
}

/// kubectl shows the Organization's name as the Signup's; another would be lost without a word.
void check_name(const json& whole, const Signup& signup, Causes& causes) {
  const json metadata = whole.value("metadata", json::object());
  const std::string name = metadata.is_object() ? core::text_at(metadata, "name") : "";
  if (!name.empty() && name != signup.organization)
    wrong(causes, "metadata.name", name, "leave it out, or make it spec.organization");
}

}  // namespace

Checked<SentSignup> parse_signup(std::string_view body, const CreateOptions& options) {
  const auto whole = read_created(body, kSignup);
  if (!whole) return std::unexpected(whole.error());
  const json& spec = whole->at("spec");
  auto warnings = judge_unknown_fields(unknown_fields(*whole, spec), kSignup, options.validation);
  if (!warnings) return std::unexpected(std::move(warnings.error()));
  Causes causes;
  Signup signup{.user = {},
                .organization = text_at(spec, "organization", true, causes),
                .display_name = text_at(spec, "displayName", false, causes),
                .email = text_at(spec, "email", true, causes),
                .dry_run = options.dry_run};
  check(signup, causes);
  check_name(*whole, signup, causes);
  if (!causes.empty()) return std::unexpected(invalid(kGroup, kSignup, signup.organization, std::move(causes)));
  if (signup.display_name.empty()) signup.display_name = signup.organization;
  return SentSignup{.signup = std::move(signup), .warnings = std::move(*warnings)};
}

json signup_object(const Signup& signup, const SignupOutcome& outcome, core::Timestamp now) {
  return {
      {"apiVersion", kApiVersion},
      {"kind", kSignup},
      {"metadata", {{"name", signup.organization}, {"creationTimestamp", core::format_timestamp(now)}}},
      {"spec", {{"organization", signup.organization}, {"displayName", signup.display_name}, {"email", signup.email}}},
      {"status", {{"namespace", outcome.ns}, {"member", outcome.member}}}};
}

}  // namespace guildhall::records
