#include "controllers/apikey/refusal.hpp"

#include <string>

namespace guildhall::controllers::apikey {

namespace {

/// The email is fixed at issue: another Member of the name does not inherit the key.
bool is_in_force(const api::Member& owner, const api::ApiKey& key) {
  return !owner.metadata.is_deleting() && owner.spec.state == api::MemberState::Active &&
         owner.status.phase == api::MemberPhase::Active && owner.spec.email == key.status.owner_email.value_or("");
}

}  // namespace

std::string_view why_refused(const api::ApiKey& key, const api::Member* owner) {
  const auto& phase = key.status.phase;
  if (key.metadata.is_deleting() || key.spec.revoked || phase == api::ApiKeyPhase::Revoked) return "Revoked";
  if (phase == api::ApiKeyPhase::Expired) return "Expired";
  if (phase == api::ApiKeyPhase::Suspended) return "Suspended";
  const bool has_owner = !key.spec.owner || (owner != nullptr && is_in_force(*owner, key));
  return has_owner ? "" : "Suspended";
}

}  // namespace guildhall::controllers::apikey
