#include "operator/noted.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "controllers/organization/observed.hpp"
#include "controllers/organization/signup.hpp"
#include "operator/admission/change_notes.hpp"
#include "operator/core/json_member.hpp"

namespace guildhall {
namespace {

namespace organization = controllers::organization;

std::vector<core::FieldChange> read_changes(const auto& changes) {
  std::vector<core::FieldChange> read;
  read.reserve(changes.size());
  for (const auto& change : changes)
    read.push_back(
        {.field = change.field, .old_value = change.old.value_or(""), .new_value = change.new_.value_or("")});
  return read;
}

/// What `status.audit` keeps. An action that this version does not know was told by the one that does.
void add_kept(const auto& status, std::vector<core::AuditNote>& notes) {
  for (const auto& kept : status.audit) {
    const core::AuditAction* action = core::find_audit_action(kept.action);
    if (action == nullptr) continue;
    notes.push_back(
        {.action = core::ActionName(*action),
         .note = kept.note.value_or(""),
         .identity = kept.occurrence,
         .actor = {.email = kept.email.value_or(""),
                   .user = kept.user.value_or(""),
                   .credential = kept.credential.value_or("")},
         .source = core::parse_audit_source(kept.source.value_or("")).value_or(core::AuditSource::Reconciler),
         .changes = read_changes(kept.changes),
         .at = kept.at});
  }
}

/// Who founded it, if it is there still.
core::AuditActor founder(const Informers& informers, const api::Organization& of, std::string_view uid) {
  const auto members = informers.members.by_index(organization::kMembersByNamespace, organization::home_namespace(of));
  const auto found = std::ranges::find_if(members, [&](const auto& one) { return one->metadata.uid == uid; });
  if (found == members.end()) return {};
  return {.email = (*found)->spec.email, .user = {}, .credential = {}};
}

/// How it came to be, when Guildhall made it for somebody.
std::optional<core::AuditNote> making(const api::Organization& one, const Informers& informers,
                                      const core::Sealer& sealer) {
  if (const auto signup = organization::judge_signup(sealer, one)) {
    return core::AuditNote{.action = "OrganizationSignedUp",
                           .note = {},
                           .identity = one.metadata.uid + "/OrganizationSignedUp",
                           .actor = {.email = signup->email, .user = signup->user, .credential = signup->credential},
                           .changes = {},
                           .at = one.metadata.creation_timestamp};
  }
  const std::string_view founder_uid = one.metadata.annotation(organization::kEnrolledByAnnotation);
  if (founder_uid.empty()) return std::nullopt;
  return core::AuditNote{.action = "OrganizationEnrolled",
                         .note = "its namespace asks for enrolment (guildhall.dev/enroll), and a Member made it",
                         .identity = one.metadata.uid + "/OrganizationEnrolled",
                         .actor = founder(informers, one, founder_uid),
                         .changes = {},
                         .at = one.metadata.creation_timestamp};
}

/// As changes_of() would tell it, had a person made it.
std::vector<core::FieldChange> first_values(const api::Organization& one, const core::Sealer& sealer) {
  const nlohmann::json spec = api::to_json(one.spec);
  return admission::values_at_creation({.kind = api::organization_type().kind,
                                        .metadata = one.metadata,
                                        .spec = spec,
                                        .creation = "OrganizationCreated",
                                        .is_ours = true},
                                       sealer);
}

std::vector<core::AuditNote> changes_of(const std::string& kind, const auto& one, core::ActionName creation,
                                        bool is_ours, const core::Sealer& sealer) {
  const nlohmann::json spec = api::to_json(one.spec);
  return admission::change_notes(
      {.kind = kind, .metadata = one.metadata, .spec = spec, .creation = creation, .is_ours = is_ours}, sealer);
}

}  // namespace

std::vector<core::AuditNote> noted_on(const api::Organization& one, const Informers& informers,
                                      const core::Sealer& sealer) {
  std::vector<core::AuditNote> notes;
  auto made = making(one, informers, sealer);
  const bool is_ours = made.has_value();
  if (made) {
    made->changes = first_values(one, sealer);
    notes.push_back(std::move(*made));
  }
  std::ranges::move(changes_of(api::organization_type().kind, one, "OrganizationCreated", is_ours, sealer),
                    std::back_inserter(notes));
  add_kept(one.status, notes);
  return notes;
}

std::vector<core::AuditNote> noted_on(const api::Member& one, const core::Sealer& sealer) {
  const bool is_invited = one.spec.invitation.delivery != api::MemberInvitationDelivery::None;
  const core::ActionName creation = is_invited ? core::ActionName("MemberInvited") : core::ActionName("MemberCreated");
  const bool is_ours = !one.metadata.annotation(organization::kFounderOfAnnotation).empty();
  auto notes = changes_of(api::member_type().kind, one, creation, is_ours, sealer);
  add_kept(one.status, notes);
  return notes;
}

std::vector<core::AuditNote> noted_on(const api::ApiKey& one, const core::Sealer& sealer) {
  auto notes = changes_of(api::api_key_type().kind, one, "ApiKeyCreated", false, sealer);
  add_kept(one.status, notes);
  return notes;
}

std::vector<core::AuditNote> noted_on(const nlohmann::json& object, const Informers& informers,
                                      const core::Sealer& sealer) {
  const std::string kind = core::text_at(object, "kind");
  if (kind == api::member_type().kind) {
    const auto member = api::parse_member(object);
    if (member) return noted_on(*member, sealer);
  } else if (kind == api::api_key_type().kind) {
    const auto key = api::parse_api_key(object);
    if (key) return noted_on(*key, sealer);
  } else if (kind == api::organization_type().kind) {
    const auto organization = api::parse_organization(object);
    if (organization) return noted_on(*organization, informers, sealer);
  }
  return {};
}

}  // namespace guildhall
