#include "operator/plugin/home.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "operator/plugin/member_view.hpp"

namespace guildhall::plugin {

std::string organization_of(const nlohmann::json& ns) {
  return text_at(ns, "/metadata/labels/guildhall.dev~1organization");
}

core::Result<void> check_home(const nlohmann::json& ns, const nlohmann::json& organization) {
  const std::string name = text_at(ns, "/metadata/name");
  const std::string owner = organization_of(ns);
  if (owner.empty()) {
    if (text_at(ns, "/metadata/labels/guildhall.dev~1enroll") == "true") return {};
    return core::fail(core::ErrorKind::Invalid,
                      fmt::format("{} is not the home namespace of an organization. See which ones are (-n): kubectl "
                                  "get organizations -o custom-columns=NAME:.metadata.name,HOME:.status.homeNamespace",
                                  name));
  }
  const std::string home = text_at(organization, "/status/homeNamespace");
  if (home.empty() || home == name) return {};
  return core::fail(
      core::ErrorKind::Invalid,
      fmt::format("{} runs deployments of {}, whose home namespace is {}: use -n {}", name, owner, home, home));
}

}  // namespace guildhall::plugin
