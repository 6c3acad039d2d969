#include "controllers/apikey/vmuser_view.hpp"

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
  nlohmann::json status = object.value("status", nlohmann::json::object());
  if (!status.is_object()) status = nlohmann::json::object();
  const nlohmann::json observed = status.value("observedGeneration", nlohmann::json());
  VmUserView view;
  static_cast<OwnedView&>(view) = owned_view_of(*meta);
  view.token_hash = meta->annotation(kTokenHashAnnotation);
  view.api_key = meta->annotation(kApiKeyAnnotation);
  view.is_marked = view.is_labelled || !view.token_hash.empty() || !view.api_key.empty();
  view.spec = object.value("spec", nlohmann::json::object());
  view.generation = meta->generation;
  view.observed_generation = observed.is_number_integer() ? observed.get<std::int64_t>() : 0;
  view.update_status = core::text_at(status, "updateStatus");
  view.reason = core::strike_tokens(std::string(core::cut_text(core::text_at(status, "reason"), kLongestReason)));
  return view;
}

}  // namespace guildhall::controllers::apikey
