#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "operator/api/member.hpp"
#include "operator/core/codec.hpp"
#include "operator/core/plan.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/core/result.hpp"

namespace guildhall::controllers::member {

/// The type of the Secret that holds the link of an invitation with delivery Link.
inline constexpr const char* kInvitationSecretType = "guildhall.dev/invitation";
/// Its one entry.
inline constexpr const char* kLinkEntry = "link";

/// Where the link of that Member lies: `<member>-invitation` in its home; of a name too long for that, its begin and
/// the UID.
core::ObjectKey invitation_secret_key(const api::Member& member);

/// The Member of a Secret of that name; "" of any other name.
std::string member_of_invitation_secret(const std::string& name);

/// What is kept of such a Secret. No link: only what its token hashes to.
struct InvitationSecretView {
  core::ObjectKey key;
  std::string uid;
  std::string owner_uid;   ///< of the Member in its owner references
  std::string owner_name;  ///< likewise
  bool deleting = false;
  std::string token_hash;  ///< of the link; empty: it holds none of this form
  bool operator==(const InvitationSecretView&) const = default;
};

/// A Secret of another type that stands where the link is to lie.
struct ForeignSecret {
  bool is_of_api_key = false;  ///< Guildhall's own: it holds the token of an ApiKey
  std::string api_key;         ///< the ApiKey in its owner references; empty: none, as in a copy
  bool operator==(const ForeignSecret&) const = default;
};

/// What stands at the place of the link; unset: it is of the invitations' type. Errors: Invalid, of its metadata.
core::Result<std::optional<ForeignSecret>> parse_foreign_secret(const nlohmann::json& object);

/// For the informer: takes what is needed of the Secret and drops the rest.
core::Result<InvitationSecretView> parse_invitation_secret(const nlohmann::json& object, const core::Codec& codec);

/// The Secret as a plan holds it: with a placeholder for the link. Written only where none stands.
core::Apply write_invitation_secret(const api::Member& member);

/// Turns the plan's Secret into the one to write.
nlohmann::json fill_in_link(nlohmann::json secret, std::string_view link, const core::Codec& codec);

}  // namespace guildhall::controllers::member
