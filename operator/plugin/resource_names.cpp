#include "operator/plugin/resource_names.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "operator/core/kind_names.hpp"

namespace guildhall::plugin {

namespace {

struct Known {
  core::KindNames names;
  std::string_view group;
};

constexpr std::string_view kGuildhall = "guildhall.dev";
constexpr std::string_view kRecords = "records.guildhall.dev";

/// Others than ours that people name here.
constexpr std::array kOthers{
    Known{{"AuditEntry", "auditentries", "auditentry", ""}, kRecords},
    Known{{"Usage", "usages", "usage", ""}, kRecords},
    Known{{"Invoice", "invoices", "invoice", ""}, kRecords},
    Known{{"Signup", "signups", "signup", ""}, kRecords},
    Known{{"Namespace", "namespaces", "namespace", "ns", true}, ""},
};

bool is_called(const core::KindNames& names, std::string_view name) {
  return name == names.plural || name == names.singular || (!name.empty() && name == names.short_name);
}

/// Of the group, if one is written.
std::optional<Known> find_known(std::string_view name, std::optional<std::string_view> group) {
  const core::KindNames* const ours = core::find_kind(name);
  if (ours != nullptr && group.value_or(kGuildhall) == kGuildhall) return Known{*ours, kGuildhall};
  const auto other = std::ranges::find_if(
      kOthers, [&](const Known& one) { return is_called(one.names, name) && group.value_or(one.group) == one.group; });
  return other == kOthers.end() ? std::nullopt : std::optional(*other);
}

/// VMSingle, VLCluster, ...: all kinds of that operator begin so, and none of the core's.
bool is_victoriametrics(std::string_view name) {
  return name.starts_with("vm") || name.starts_with("vl") || name.starts_with("vt");
}

}  // namespace

ResourceName resource_name(const std::string& written) {
  const auto dot = written.find('.');
  const std::string name = written.substr(0, dot);
  const std::string group = dot == std::string::npos ? "" : written.substr(dot + 1);
  const auto known = find_known(name, dot == std::string::npos ? std::nullopt : std::optional<std::string_view>(group));
  if (known) return {std::string(known->names.plural), std::string(known->group), known->names.cluster_scoped};
  if (dot != std::string::npos) return {name, group};
  if (is_victoriametrics(name)) return {name.ends_with('s') ? name : name + "s", "operator.victoriametrics.com"};
  return {name, ""};
}

}  // namespace guildhall::plugin
