#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "operator/api/member.hpp"
#include "operator/api/organization.hpp"
#include "operator/core/codec.hpp"
#include "operator/core/result.hpp"
#include "operator/core/seal.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::controllers::organization {

/// On an Organization: who signed up for it, sealed. Data, not status: whoever signed up becomes its first Admin
/// whichever process goes on with it.
inline constexpr const char* kSignupAnnotation = "guildhall.dev/signup";

/// A label on an Organization: whose sign-up it is, as signed_up_by() has it, so that those of one user can be counted.
inline constexpr const char* kSignedUpByLabel = "guildhall.dev/signed-up-by";

/// On an Organization: the UID of its founder, the Member for which it was made or that was made for it. It stays when
/// the Member goes, so that nobody is made its founder twice.
inline constexpr const char* kEnrolledByAnnotation = "guildhall.dev/enrolled-by";

/// On a Member that Guildhall made: the UID of the Organization whose founder it is.
inline constexpr const char* kFounderOfAnnotation = "guildhall.dev/founder-of";

/// What somebody who signed up said, and what Kubernetes says of them.
struct SignupRecord {
  std::string user;    ///< as Kubernetes authenticated it
  std::string email;   ///< which makes that user
  std::string member;  ///< the name of the Member that it is to be
  /// How it had signed in, of core::credential_kind(). With an initializer GCC lets a designated one leave it out.
  std::string credential = {};  // NOLINT(readability-redundant-member-init)
  bool operator==(const SignupRecord&) const = default;
};

/// The value of kSignupAnnotation, sealed over the Organization's name too. Errors: of the sealer.
core::Result<std::string> seal_signup(const core::Sealer& sealer, const std::string& organization,
                                      const SignupRecord& record);

/// Unset: nobody signed up for it, or the seal does not hold.
std::optional<SignupRecord> judge_signup(const core::Sealer& sealer, const api::Organization& organization);

/// Whether somebody signed up for it and is not its founder yet.
bool awaits_founder(const api::Organization& organization);

/// Whether Guildhall made that Member for who signed up.
bool is_founder(const api::Organization& organization, const SignupRecord& record, const api::Member& member);

/// The value of kSignedUpByLabel: a digest, as a user's name need not be the value of a label.
std::string signed_up_by(const core::Codec& codec, std::string_view user);

}  // namespace guildhall::controllers::organization
