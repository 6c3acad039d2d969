#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace guildhall::core {

/// What a kind of ours is called: in YAML, and by kubectl in lower case.
struct KindNames {
  std::string_view kind;
  std::string_view plural;
  std::string_view singular;
  std::string_view short_name;
  bool cluster_scoped = false;
};

/// As the CRDs have them (crds/).
inline constexpr std::array kKinds{
    KindNames{"Organization", "organizations", "organization", "gorg", true},
    KindNames{"Member", "members", "member", "gmem"},
    KindNames{"ApiKey", "apikeys", "apikey", "gkey"},
    KindNames{"BillingAccount", "billingaccounts", "billingaccount", "gbill"},
};

/// By a name in lower case that kubectl takes for it. Null: it is none of ours.
constexpr const KindNames* find_kind(std::string_view name) {
  const auto* const found = std::ranges::find_if(kKinds, [name](const KindNames& one) {
    return name == one.plural || name == one.singular || name == one.short_name;
  });
  return found == kKinds.end() ? nullptr : found;
}

}  // namespace guildhall::core
