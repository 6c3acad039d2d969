#pragma once

#include <optional>
#include <string>

#include "operator/api/member.hpp"
#include "operator/core/result.hpp"
#include "operator/core/seal.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::controllers::organization {

/// On a Member: that it has accepted, sealed. Data, not status, so that a restored Member is active at once.
inline constexpr const char* kAcceptedAnnotation = "guildhall.dev/accepted";

/// What a Member's acceptance says.
struct Acceptance {
  core::Timestamp accepted_at;
  core::Timestamp
      created_at;  ///< when the Member first joined the list; its own creationTimestamp changes in a restore
  bool operator==(const Acceptance&) const = default;
};

/// What became of looking at a Member's annotation.
struct JudgedAcceptance {
  std::optional<Acceptance> acceptance;  ///< set only when the seal is valid
  bool unknown_seal_key = false;         ///< sealed by a key that is not kept: proves nothing, neither good nor bad
  bool operator==(const JudgedAcceptance&) const = default;
};

/// The annotation's value: the acceptance, sealed over the organization's and the Member's names and its email, never
/// over a UID, which a restore changes. Times in whole seconds. Errors: of the sealer.
core::Result<std::string> seal_acceptance(const core::Sealer& sealer, const std::string& organization,
                                          const api::Member& member, const Acceptance& acceptance);

/// Whether the Member carries an acceptance with some seal, by whatever key.
bool is_sealed(const api::Member& member);

/// Whether the Member has accepted in this organization. What is no acceptance at all reads as none.
JudgedAcceptance judge_acceptance(const core::Sealer& sealer, const std::string& organization,
                                  const api::Member& member);

}  // namespace guildhall::controllers::organization
