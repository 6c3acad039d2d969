#include "operator/core/use_report.hpp"

#include <nlohmann/json.hpp>

namespace guildhall::core {

namespace {

using nlohmann::json;

json key_reference(const ObjectKey& key, const std::string& uid) {
  return {{"namespace", key.ns}, {"name", key.name}, {"uid", uid}};
}

json use_object(const KeyUse& use) {
  return {{"key", key_reference(use.key, use.uid)}, {"lastAt", format_timestamp(use.last_at)}};
}

json refusals_object(const KeyRefusals& refusals) {
  json object = {{"organization", refusals.organization},
                 {"outcome", refusals.outcome},
                 {"count", refusals.count},
                 {"lastAt", format_micro_timestamp(refusals.last_at)}};
  if (!refusals.key.name.empty()) object["key"] = key_reference(refusals.key, refusals.uid);
  return object;
}

}  // namespace

ResourceType use_report_type() {
  return {"records.guildhall.dev", "v1alpha1", "usereports", "UseReport", false};
}

json use_report_object(const UseReport& report) {
  json uses = json::array();
  for (const KeyUse& use : report.uses)
    uses.push_back(use_object(use));
  json refusals = json::array();
  for (const KeyRefusals& one : report.refusals)
    refusals.push_back(refusals_object(one));
  const ResourceType type = use_report_type();
  return {{"apiVersion", type.group + "/" + type.version},
          {"kind", type.kind},
          {"metadata", {{"name", report.id}}},
          {"spec", {{"uses", std::move(uses)}, {"refusals", std::move(refusals)}}}};
}

}  // namespace guildhall::core
