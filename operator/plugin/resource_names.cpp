#include "operator/plugin/resource_names.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace guildhall::plugin {

namespace {

struct Known {
  std::string_view plural;
  std::string_view singular;
  std::string_view short_name;
  std::string_view group;
  bool cluster_scoped = false;
};

constexpr std::string_view kGuildhall = "guildhall.dev";
constexpr std::string_view kRecords = "records.guildhall.dev";

constexpr std::array kKnown{
    Known{"organizations", "organization", "gorg", kGuildhall, true},
    Known{"members", "member", "gmem", kGuildhall},
    Known{"apikeys", "apikey", "gkey", kGuildhall},
    Known{"billingaccounts", "billingaccount", "gbill", kGuildhall},
    Known{"auditentries", "auditentry", "", kRecords},
    Known{"usages", "usage", "", kRecords},
    Known{"invoices", "invoice", "", kRecords},
    Known{"signups", "signup", "", kRecords},
    Known{"namespaces", "namespace", "ns", "", true},
};

/// VMSingle, VLCluster, ...: all kinds of that operator begin so, and none of the core's.
bool is_victoriametrics(std::string_view name) {
  return name.starts_with("vm") || name.starts_with("vl") || name.starts_with("vt");
}

}  // namespace

ResourceName resource_name(const std::string& written) {
  const auto dot = written.find('.');
  const std::string name = written.substr(0, dot);
  const std::string group = dot == std::string::npos ? "" : written.substr(dot + 1);
  const auto known = std::ranges::find_if(kKnown, [&](const Known& one) {
    const bool named = name == one.plural || name == one.singular || (!name.empty() && name == one.short_name);
    return named && (dot == std::string::npos || group == one.group);
  });
  if (known != kKnown.end()) return {std::string(known->plural), std::string(known->group), known->cluster_scoped};
  if (dot != std::string::npos) return {name, group};
  if (is_victoriametrics(name)) return {name.ends_with('s') ? name : name + "s", "operator.victoriametrics.com"};
  return {name, ""};
}

}  // namespace guildhall::plugin
