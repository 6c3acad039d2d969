#include "controllers/organization/acceptance.hpp"

#include <nlohmann/json.hpp>
#include <string_view>

#include "operator/core/json_member.hpp"
#include "operator/core/shallow_json.hpp"

namespace guildhall::controllers::organization {

namespace {

using nlohmann::json;

constexpr const char* kSealPurpose = "accepted";
constexpr const char* kAcceptedAt = "acceptedAt";
constexpr const char* kCreatedAt = "createdAt";
constexpr const char* kSeal = "seal";

std::string canonical_form(const std::string& organization, const api::Member& member, const Acceptance& acceptance) {
  return json::array({organization, member.metadata.ns, member.metadata.name, member.spec.email,
                      core::format_timestamp(acceptance.accepted_at), core::format_timestamp(acceptance.created_at)})
      .dump();
}

struct Sealed {
  Acceptance acceptance;
  std::string seal;
};

std::optional<Sealed> parse(std::string_view text) {
  const json object = core::parse_shallow_json(text);
  if (!object.is_object()) return std::nullopt;
  const auto accepted_at = core::parse_timestamp(core::text_at(object, kAcceptedAt));
  const auto created_at = core::parse_timestamp(core::text_at(object, kCreatedAt));
  if (!accepted_at || !created_at) return std::nullopt;
  return Sealed{.acceptance = {.accepted_at = *accepted_at, .created_at = *created_at},
                .seal = core::text_at(object, kSeal)};
}

}  // namespace

core::Result<std::string> seal_acceptance(const core::Sealer& sealer, const std::string& organization,
                                          const api::Member& member, const Acceptance& acceptance) {
  const Acceptance whole{.accepted_at = core::floor_to_seconds(acceptance.accepted_at),
                         .created_at = core::floor_to_seconds(acceptance.created_at)};
  auto seal = sealer.sign(kSealPurpose, canonical_form(organization, member, whole));
  if (!seal) return std::unexpected(seal.error());
  const json object = {{kAcceptedAt, core::format_timestamp(whole.accepted_at)},
                       {kCreatedAt, core::format_timestamp(whole.created_at)},
                       {kSeal, std::move(*seal)}};
  return object.dump();
}

bool is_sealed(const api::Member& member) {
  const auto sealed = parse(member.metadata.annotation(kAcceptedAnnotation));
  return sealed && !sealed->seal.empty();
}

JudgedAcceptance judge_acceptance(const core::Sealer& sealer, const std::string& organization,
                                  const api::Member& member) {
  JudgedAcceptance judged;
  const auto sealed = parse(member.metadata.annotation(kAcceptedAnnotation));
  if (!sealed) return judged;
  judged.unknown_seal_key = sealer.is_by_unknown_key(sealed->seal);
  if (sealer.verify(kSealPurpose, canonical_form(organization, member, sealed->acceptance), sealed->seal))
    judged.acceptance = sealed->acceptance;
  return judged;
}

}  // namespace guildhall::controllers::organization
