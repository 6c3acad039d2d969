#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "operator/plugin/table.hpp"

namespace guildhall::plugin {

/// What is asked of the API server's authorizer about the caller.
/// Source: authorization.k8s.io/v1 SelfSubjectAccessReview, spec.resourceAttributes.
struct Question {
  std::string verb;
  std::string group;
  std::string resource;
  std::string ns;  ///< empty: cluster-scoped, or all namespaces
  std::string name;
  bool operator==(const Question&) const = default;
};

/// `can-i VERB RESOURCE[.GROUP][/NAME]`. Kinds of Guildhall and of the VictoriaMetrics operator need no group, and may
/// be written as kubectl knows them: member, gmem. Organizations lie in no namespace.
Question question_of(const std::string& verb, const std::string& what, const std::string& ns);

/// Whether it asks about one resource of Kubernetes' core group, of which discovery tells; users and groups can be
/// impersonated, and are nowhere served.
bool names_core_resource(const Question& question);

nlohmann::json access_review(const Question& question);
bool is_allowed(const nlohmann::json& review);

/// What is known of the Organization when its rights are asked about.
struct Place {
  std::string home;
  std::string organization;             ///< empty: not known
  std::vector<std::string> namespaces;  ///< spanned
  std::string key_secret;               ///< of some ApiKey; empty: there is none
  std::string own_member;               ///< empty: the caller is none here
};

/// One thing that people do in an Organization.
struct Action {
  std::string words;                 ///< "invite members"
  std::string ns;                    ///< where; empty: not in a namespace
  std::optional<Question> question;  ///< unset: there is nothing that it could be done to
};

std::vector<Action> actions_in(const Place& place);

/// The answers, in the same order; unset: it was not asked.
struct Answer {
  Action action;
  std::optional<bool> allowed;
};

Table rights_table(const std::vector<Answer>& answers);
nlohmann::json rights_document(const Place& place, const std::vector<Answer>& answers);

}  // namespace guildhall::plugin
