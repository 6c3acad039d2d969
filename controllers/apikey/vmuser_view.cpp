#include "controllers/apikey/vmuser_view.hpp"

#include "controllers/apikey/names.hpp"
#include "operator/core/json_member.hpp"
#include "operator/core/object_meta.hpp"
#include "operator/core/text.hpp"
#include "operator/core/token_quotes.hpp"

namespace guildhall::controllers::apikey {

namespace {

constexpr std::size_t kLongestReason = 1024;

}  // namespace

const core::ResourceType& vmuser_type() {
  static const core::ResourceType kType{"operator.victoriametrics.com", "v1beta1", "vmusers", "VMUser", true};
  return kType;
}

bool VmUserView::is_operational() const {
  return update_status == "operational" && observed_generation >= generation;
}

core::Result<VmUserView> parse_vmuser_view(const nlohmann::json& object) {
  auto meta = core::parse_object_meta(object.value("metadata", nlohmann::json{}));
  if (!meta) return core::fail("VMUser", meta.error());
  const core::OwnerReference owner = core::controlling_owner(*meta);
  const bool is_owned = owner.kind == "Organization";
  nlohmann::json status = object.value("status", nlohmann::json::object());
  if (!status.is_object()) status = nlohmann::json::object();
  const nlohmann::json observed = status.value("observedGeneration", nlohmann::json());
  return VmUserView{
      .key = meta->key(),
      .uid = meta->uid,
      .resource_version = meta->resource_version,
      .deleting = meta->is_deleting(),
      .organization = is_owned ? owner.name : "",
      .owner_uid = is_owned ? owner.uid : "",
      .is_labelled = meta->label(kManagedByLabel) == kManagedByValue,
      .token_hash = std::string(meta->annotation(kTokenHashAnnotation)),
      .api_key = std::string(meta->annotation(kApiKeyAnnotation)),
      .spec = object.value("spec", nlohmann::json::object()),
      .generation = meta->generation,
      .observed_generation = observed.is_number_integer() ? observed.get<std::int64_t>() : 0,
      .update_status = core::text_at(status, "updateStatus"),
      .reason = core::strike_tokens(std::string(core::cut_text(core::text_at(status, "reason"), kLongestReason)))};
}

}  // namespace guildhall::controllers::apikey
