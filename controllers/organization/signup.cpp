#include "controllers/organization/signup.hpp"

#include <nlohmann/json.hpp>

#include "operator/core/json_member.hpp"
#include "operator/core/shallow_json.hpp"

namespace guildhall::controllers::organization {

namespace {

using nlohmann::json;

constexpr const char* kSealPurpose = "signup";
constexpr const char* kUser = "user";
constexpr const char* kEmail = "email";
constexpr const char* kMember = "member";
constexpr const char* kCredential = "credential";
constexpr const char* kSeal = "seal";

std::string canonical_form(const std::string& organization, const SignupRecord& record) {
  json members = json::array({organization, record.user, record.email, record.member});
  // Records from before it was kept hold their seal.
  if (!record.credential.empty()) members.push_back(record.credential);
  return members.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

core::Result<std::string> seal_signup(const core::Sealer& sealer, const std::string& organization,
                                      const SignupRecord& record) {
  auto seal = sealer.sign(kSealPurpose, canonical_form(organization, record));
  if (!seal) return std::unexpected(seal.error());
  json object = {{kUser, record.user}, {kEmail, record.email}, {kMember, record.member}, {kSeal, std::move(*seal)}};
  if (!record.credential.empty()) object[kCredential] = record.credential;
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<SignupRecord> judge_signup(const core::Sealer& sealer, const api::Organization& organization) {
  const json object = core::parse_shallow_json(organization.metadata.annotation(kSignupAnnotation));
  if (!object.is_object()) return std::nullopt;
  SignupRecord record{.user = core::text_at(object, kUser),
                      .email = core::text_at(object, kEmail),
                      .member = core::text_at(object, kMember),
                      .credential = core::text_at(object, kCredential)};
  const bool holds =
      sealer.verify(kSealPurpose, canonical_form(organization.metadata.name, record), core::text_at(object, kSeal));
  return holds ? std::optional(std::move(record)) : std::nullopt;
}

bool awaits_founder(const api::Organization& organization) {
  return !organization.metadata.annotation(kSignupAnnotation).empty() &&
         organization.metadata.annotation(kEnrolledByAnnotation).empty();
}

bool is_founder(const api::Organization& organization, const SignupRecord& record, const api::Member& member) {
  return member.metadata.annotation(kFounderOfAnnotation) == organization.metadata.uid &&
         member.metadata.name == record.member && member.spec.email == record.email;
}

std::string signed_up_by(const core::Codec& codec, std::string_view user) {
  constexpr std::size_t enough = 40;
  return codec.sha256_hex(user).substr(0, enough);
}

}  // namespace guildhall::controllers::organization
