#include "operator/invitation_desk.hpp"

#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

#include "controllers/member/decline.hpp"
#include "controllers/member/invitation.hpp"
#include "controllers/organization/acceptance.hpp"

namespace guildhall {

namespace {

namespace member = controllers::member;
namespace organization = controllers::organization;
using nlohmann::json;

/// Each time another writes the same Member at the same moment.
constexpr int kMostTries = 8;

page::Outcome outcome_of_failure(const core::Error& error) {
  if (core::is_transient(error.kind) || error.kind == core::ErrorKind::Canceled)
    return {.answer = page::Answer::TryAgain, .words = {}};
  spdlog::warn("an answer to an invitation was not written: {}", error.describe());
  return {.answer = page::Answer::Refused,
          .words = "A rule of this platform keeps the answer from being recorded. Please tell whoever invited you."};
}

}  // namespace

core::Result<member::Observed> InvitationDesk::find_open(const std::string& token_hash) const {
  if (!at_.has_read_cluster())
    return core::fail(core::ErrorKind::Unavailable, "this operator has not read the cluster yet");
  const core::Timestamp now = at_.clock.now();
  for (const auto& one : at_.caches.members.by_index(member::kMembersByInvitation, token_hash)) {
    auto seen = member::observe(at_.caches, at_.sealer, at_.identity, *one, now);
    if (member::is_open(seen, token_hash, now)) return seen;
  }
  return core::fail(core::ErrorKind::NotFound, "no open invitation has this token");
}

core::Result<page::Invitation> InvitationDesk::find(const std::string& token_hash) const {
  const auto seen = find_open(token_hash);
  if (!seen) return std::unexpected(seen.error());
  const api::MemberSpec& spec = seen->member.spec;
  return page::Invitation{.organization = seen->organization_name,
                          .organization_display_name = seen->organization->display_name,
                          .role = std::string(api::to_string(spec.role)),
                          .inviter = member::shown_inviter(at_.creator(seen->member)),
                          .email = spec.email,
                          .users = member::shown_users(spec),
                          .member_display_name = spec.display_name.value_or(""),
                          .expires_at = seen->member.status.invitation->expires_at.value_or(core::Timestamp{})};
}

page::Outcome InvitationDesk::accept(const std::string& token_hash, std::stop_token stop) {
  return answer(
      token_hash,
      [](const member::Observed& seen, core::Timestamp /*now*/) -> core::Result<json> {
        if (seen.candidate_acceptance.empty())
          return core::fail(core::ErrorKind::Unavailable, "there is no key to seal the acceptance with");
        return json{{organization::kAcceptedAnnotation, seen.candidate_acceptance}};
      },
      stop);
}

page::Outcome InvitationDesk::decline(const std::string& token_hash, std::stop_token stop) {
  return answer(
      token_hash,
      [this](const member::Observed& seen, core::Timestamp now) -> core::Result<json> {
        auto sealed = member::seal_decline(at_.sealer, seen.organization_name, seen.member, now);
        if (!sealed) return std::unexpected(sealed.error());
        return json{{member::kDeclinedAnnotation, std::move(*sealed)}};
      },
      stop);
}

page::Outcome InvitationDesk::answer(const std::string& token_hash, const Annotate& annotate,
                                     const std::stop_token& stop) {
  const auto seen = find_open(token_hash);
  if (!seen && seen.error().kind == core::ErrorKind::NotFound) return {.answer = page::Answer::NotOpen, .words = {}};
  if (!seen) return outcome_of_failure(seen.error());
  for (int tries = 0; tries < kMostTries; ++tries) {
    const auto outcome = try_answer(seen->member.metadata.key(), token_hash, annotate, stop);
    if (outcome) return *outcome;
  }
  return {.answer = page::Answer::TryAgain, .words = {}};
}

std::optional<page::Outcome> InvitationDesk::try_answer(const core::ObjectKey& key, const std::string& token_hash,
                                                        const Annotate& annotate, const std::stop_token& stop) {
  const page::Outcome gone{.answer = page::Answer::NotOpen, .words = {}};
  const auto object = at_.client.get(api::member_type(), key, stop);
  if (!object && object.error().kind == core::ErrorKind::NotFound) return gone;
  if (!object) return outcome_of_failure(object.error());
  const auto standing = api::parse_member(*object);
  if (!standing) return outcome_of_failure(standing.error());
  const core::Timestamp now = at_.clock.now();
  const auto seen = member::observe(at_.caches, at_.sealer, at_.identity, *standing, now);
  if (!member::is_open(seen, token_hash, now)) return gone;
  const auto annotations = annotate(seen, now);
  if (!annotations) return outcome_of_failure(annotations.error());
  const json patch = {{"metadata",
                       {{"uid", standing->metadata.uid},
                        {"resourceVersion", standing->metadata.resource_version},
                        {"annotations", *annotations}}}};
  const auto written = at_.client.merge_patch(api::member_type(), key, patch, stop);
  if (written) return page::Outcome{};
  if (written.error().kind == core::ErrorKind::Conflict) return std::nullopt;
  return written.error().kind == core::ErrorKind::NotFound ? gone : outcome_of_failure(written.error());
}

}  // namespace guildhall
