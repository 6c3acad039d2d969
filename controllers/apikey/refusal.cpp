#include "controllers/apikey/refusal.hpp"

#include <string>

namespace guildhall::controllers::apikey {

bool is_in_force(const api::Member& owner) {
  return !owner.metadata.is_deleting() && owner.spec.state == api::MemberState::Active &&
         owner.status.phase == api::MemberPhase::Active;
}

std::string_view why_refused(const api::ApiKey& key) {
  const auto& phase = key.status.phase;
  if (key.metadata.is_deleting() || key.spec.revoked || phase == api::ApiKeyPhase::Revoked) return "Revoked";
  if (phase == api::ApiKeyPhase::Expired) return "Expired";
  return phase == api::ApiKeyPhase::Suspended ? "Suspended" : "";
}

std::string_view why_refused(const api::ApiKey& key, const api::Member* owner) {
  const std::string_view why = why_refused(key);
  if (!why.empty() || !key.spec.owner) return why;
  // The email is fixed at issue: another Member of the name does not inherit the key.
  const bool has_owner =
      owner != nullptr && is_in_force(*owner) && owner->spec.email == key.status.owner_email.value_or("");
  return has_owner ? "" : "Suspended";
}

}  // namespace guildhall::controllers::apikey
