#include "controllers/enforcement/vmauth_config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "controllers/apikey/secret_object.hpp"
#include "controllers/apikey/vmauth_text.hpp"
#include "controllers/enforcement/routes.hpp"

namespace guildhall::controllers::enforcement {

namespace {

using api::OrganizationDeployment;
using gate::PathUse;

/// JSON's strings are YAML's, too.
std::string yaml_text(const std::string& text) {
  return nlohmann::json(text).dump();
}

std::vector<std::string> yaml_texts(const std::vector<std::string>& texts) {
  std::vector<std::string> result;
  result.reserve(texts.size());
  for (const std::string& text : texts)
    result.push_back(yaml_text(text));
  return result;
}

/// Writes the users, and each route in full where it is first needed.
class Writer {
 public:
  Writer(const api::Organization& organization, const gate::PathTable& paths) : routes_(organization, paths) {}

  /// Empty: the token opens nothing.
  std::string user(const AdmittedToken& token) {
    std::string routes;
    for (const OrganizationDeployment& deployment : token.opens) {
      if (token.reads) routes += route(deployment, PathUse::Read);
      if (token.writes) routes += route(deployment, PathUse::Write);
    }
    if (routes.empty()) return {};
    return fmt::format("- name: {}\n{}{}\n  url_map:\n{}", yaml_text(token.key + "/" + token.id),
                       apikey::kVmauthTokenLine, apikey::placeholder(token.hash), routes);
  }

 private:
  using Place = std::tuple<std::string, std::string, std::string_view, PathUse>;

  std::string route(const OrganizationDeployment& deployment, PathUse use) {
    const Place place{deployment.ns, deployment.name, api::to_string(deployment.kind), use};
    const auto known = anchors_.find(place);
    if (known != anchors_.end()) return fmt::format("  - *r{}\n", known->second);
    const auto route = routes_.to(deployment, use);
    if (!route) return {};
    const std::size_t anchor = anchors_.size();
    anchors_[place] = anchor;
    return fmt::format(
        "  - &r{}\n    src_paths: [{}]\n    url_prefix: {}\n    drop_src_path_prefix_parts: 1\n    headers: [{}]\n",
        anchor, yaml_text(route->path), yaml_text(route->url), fmt::join(yaml_texts(route->headers), ", "));
  }

  Routes routes_;
  std::map<Place, std::size_t> anchors_;  ///< of the routes that are written
};

}  // namespace

VmauthConfiguration vmauth_configuration(const api::Organization& organization,
                                         const std::vector<AdmittedToken>& tokens, const gate::PathTable& paths) {
  VmauthConfiguration result{
      .text = fmt::format("# The API keys of the Organization {}, by Guildhall, which puts changes back.\n",
                          organization.metadata.name),
      .left_out = 0};
  Writer writer(organization, paths);
  std::string users;
  for (const AdmittedToken& token : tokens) {
    if (users.size() > kLongestConfiguration) {
      ++result.left_out;
      continue;
    }
    users += writer.user(token);
  }
  result.text += users.empty() ? "users: []\n" : "users:\n" + users;
  return result;
}

}  // namespace guildhall::controllers::enforcement
