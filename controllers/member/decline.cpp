#include "controllers/member/decline.hpp"

#include <nlohmann/json.hpp>

#include "operator/core/json_member.hpp"
#include "operator/core/shallow_json.hpp"

namespace guildhall::controllers::member {

namespace {

using nlohmann::json;

constexpr const char* kSealPurpose = "declined";

std::string canonical_form(const std::string& organization, const api::Member& member, const std::string& at) {
  const auto& invitation = member.status.invitation;
  return json::array({organization, member.metadata.ns, member.metadata.name, member.metadata.uid,
                      invitation ? invitation->token_hash.value_or("") : "", at})
      .dump();
}

}  // namespace

core::Result<std::string> seal_decline(const core::Sealer& sealer, const std::string& organization,
                                       const api::Member& member, core::Timestamp at) {
  const std::string time = core::format_timestamp(core::floor_to_seconds(at));
  auto seal = sealer.sign(kSealPurpose, canonical_form(organization, member, time));
  if (!seal) return std::unexpected(seal.error());
  return json{{"declinedAt", time}, {"seal", std::move(*seal)}}.dump();
}

std::optional<core::Timestamp> judge_decline(const core::Sealer& sealer, const std::string& organization,
                                             const api::Member& member) {
  const json object = core::parse_shallow_json(member.metadata.annotation(kDeclinedAnnotation));
  if (!object.is_object()) return std::nullopt;
  const std::string time = core::text_at(object, "declinedAt");
  if (!sealer.verify(kSealPurpose, canonical_form(organization, member, time), core::text_at(object, "seal")))
    return std::nullopt;
  const auto at = core::parse_timestamp(time);
  return at ? std::optional(*at) : std::nullopt;
}

}  // namespace guildhall::controllers::member
