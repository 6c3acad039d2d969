#include "operator/plugin/rights.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "operator/plugin/resource_names.hpp"

namespace guildhall::plugin {

namespace {

using nlohmann::json;

Action in_home(const Place& place, std::string words, const char* verb, const char* resource,
               const std::string& name = {}) {
  const std::string full = std::string(resource) + (name.empty() ? "" : "/" + name);
  return {std::move(words), place.home, question_of(verb, full, place.home)};
}

Action about(const Place& place, std::string words, const char* verb) {
  if (place.organization.empty()) return {std::move(words), "", std::nullopt};
  return {std::move(words), "", question_of(verb, "organizations/" + place.organization, "")};
}

/// With the name only: Admins get exactly the Secrets of keys, each by its name.
Action read_key_secrets(const Place& place) {
  if (place.key_secret.empty()) return {"read the Secrets of keys", place.home, std::nullopt};
  return in_home(place, "read the Secrets of keys", "get", "secrets", place.key_secret);
}

Action leave(const Place& place) {
  if (place.own_member.empty()) return {"leave", place.home, std::nullopt};
  return in_home(place, "leave", "delete", "members", place.own_member);
}

std::string word_for(const std::optional<bool>& allowed) {
  if (!allowed) return "-";
  return *allowed ? "yes" : "no";
}

}  // namespace

Question question_of(const std::string& verb, const std::string& what, const std::string& ns) {
  const auto slash = what.find('/');
  const ResourceName resource = resource_name(what.substr(0, slash));
  return {.verb = verb,
          .group = resource.group,
          .resource = resource.plural,
          .ns = resource.cluster_scoped ? "" : ns,
          .name = slash == std::string::npos ? "" : what.substr(slash + 1)};
}

bool names_core_resource(const Question& question) {
  const std::string& name = question.resource;
  return question.group.empty() && !name.empty() && name != "*" && name != "users" && name != "groups";
}

json access_review(const Question& question) {
  return {{"apiVersion", "authorization.k8s.io/v1"},
          {"kind", "SelfSubjectAccessReview"},
          {"spec",
           {{"resourceAttributes",
             {{"verb", question.verb},
              {"group", question.group},
              {"resource", question.resource},
              {"namespace", question.ns},
              {"name", question.name}}}}}};
}

bool is_allowed(const json& review) {
  const json::json_pointer allowed("/status/allowed");
  return review.contains(allowed) && review.at(allowed) == true;
}

std::vector<Action> actions_in(const Place& place) {
  std::vector<Action> actions{
      in_home(place, "see members", "list", "members"),
      in_home(place, "invite members", "create", "members"),
      in_home(place, "change roles, deactivate members", "patch", "members"),
      in_home(place, "remove members", "delete", "members"),
      in_home(place, "see API keys", "list", "apikeys"),
      in_home(place, "create API keys", "create", "apikeys"),
      read_key_secrets(place),
  };
  for (const auto& ns : place.namespaces) {
    actions.push_back({"read deployments", ns, question_of("list", "vmsingles", ns)});
    actions.push_back({"write deployments", ns, question_of("create", "vmsingles", ns)});
  }
  actions.push_back(in_home(place, "read billing", "get", "billingaccounts", "billing"));
  actions.push_back(in_home(place, "change billing", "patch", "billingaccounts", "billing"));
  actions.push_back(in_home(place, "read the audit log", "list", "auditentries"));
  actions.push_back(about(place, "edit the organization", "patch"));
  actions.push_back(about(place, "run the platform (manage)", "manage"));
  actions.push_back(leave(place));
  return actions;
}

Table rights_table(const std::vector<Answer>& answers) {
  Table table{.header = {"ACTION", "NAMESPACE", "ALLOWED"}, .rows = {}};
  for (const auto& [action, allowed] : answers)
    table.rows.push_back({action.words, action.ns, word_for(allowed)});
  return table;
}

json rights_document(const Place& place, const std::vector<Answer>& answers) {
  json actions = json::array();
  for (const auto& [action, allowed] : answers) {
    json entry{{"action", action.words}, {"allowed", allowed ? json(*allowed) : json()}};
    if (!action.ns.empty()) entry["namespace"] = action.ns;
    if (const auto& question = action.question) {
      entry["verb"] = question->verb;
      entry["resource"] = question->resource + (question->group.empty() ? "" : "." + question->group);
      if (!question->name.empty()) entry["name"] = question->name;
    }
    actions.push_back(std::move(entry));
  }
  return {{"home", place.home}, {"organization", place.organization}, {"actions", std::move(actions)}};
}

}  // namespace guildhall::plugin
