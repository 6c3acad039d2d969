#include "operator/admin_exceptions.hpp"

#include <algorithm>
#include <array>
#include <future>
#include <nlohmann/json.hpp>
#include <string_view>

#include "operator/api/organization.hpp"

namespace guildhall {

namespace {

/// What they remove goes with something else: neither is ever held up.
constexpr std::array<std::string_view, 3> kCollectors{
    "system:serviceaccount:kube-system:namespace-controller",
    "system:serviceaccount:kube-system:generic-garbage-collector",
    // Where its controllers have no ServiceAccounts of their own (--use-service-account-credentials=false).
    "system:kube-controller-manager"};

core::Result<bool> may_manage(kube::Client& client, const AdminExceptionQuestion& question,
                              const std::stop_token& stop) {
  return client.review_access({.user = question.user.name,
                               .groups = question.user.groups,
                               .verb = "manage",
                               .group = api::organization_type().group,
                               .resource = api::organization_type().plural,
                               .ns = {},
                               .name = question.organization},
                              stop);
}

core::Result<bool> is_going(kube::Client& client, const core::ResourceType& type, const std::string& name,
                            const std::stop_token& stop) {
  const auto object = client.get(type, {"", name}, stop);
  if (!object && object.error().kind == core::ErrorKind::NotFound) return true;
  if (!object) return std::unexpected(object.error());
  return object->at("metadata").contains("deletionTimestamp");
}

}  // namespace

core::Result<AdminExceptions> ask_for_exceptions(kube::Client& client, const AdminExceptionQuestion& question,
                                                 const std::stop_token& stop) {
  auto organization_goes =
      std::async([&] { return is_going(client, api::organization_type(), question.organization, stop); });
  auto home_goes = std::async([&] { return is_going(client, core::types::namespaces(), question.home, stop); });
  const auto manages = may_manage(client, question, stop);
  const std::array goes{organization_goes.get(), home_goes.get()};
  if (!manages) return std::unexpected(manages.error());
  AdminExceptions exceptions{.manages = *manages,
                             .goes_along = std::ranges::find(kCollectors, question.user.name) != kCollectors.end()};
  for (const auto& one : goes) {
    if (one && *one) exceptions.goes_along = true;
  }
  if (exceptions.manages || exceptions.goes_along) return exceptions;
  for (const auto& one : goes) {
    if (!one) return std::unexpected(one.error());
  }
  return exceptions;
}

}  // namespace guildhall
