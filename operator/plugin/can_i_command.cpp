#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "operator/api/apikey.hpp"
#include "operator/api/member.hpp"
#include "operator/api/organization.hpp"
#include "operator/core/printable.hpp"
#include "operator/plugin/arguments.hpp"
#include "operator/plugin/call.hpp"
#include "operator/plugin/printing.hpp"
#include "operator/plugin/rights.hpp"

namespace guildhall::plugin {

namespace {

using nlohmann::json;

/// What of a kind may be read; nothing, where the caller may not.
core::Result<std::vector<json>> readable(Session& session, const core::ResourceType& type) {
  auto objects = session.list(type, session.ns());
  if (!objects && is_kept_from_us(objects.error())) return std::vector<json>{};
  return objects;
}

core::Result<void> find_own_member(Session& session, Place& place) {
  const auto caller = session.who_am_i();
  if (!caller) return std::unexpected(caller.error());
  const auto members = readable(session, api::member_type());
  if (!members) return std::unexpected(members.error());
  const std::vector<MemberView> views = member_views(*members);
  for (const auto& view : views)
    if (place.organization.empty()) place.organization = view.organization;
  for (const auto& own : own_members(*caller, views))
    if (own.is_self && place.own_member.empty()) place.own_member = own.member.key.name;
  return {};
}

/// An Organization's home has its name unless it says otherwise.
core::Result<void> find_organization(Session& session, Place& place) {
  const std::string name = place.organization.empty() ? place.home : place.organization;
  const auto organization = session.get_if_allowed(api::organization_type(), {"", name});
  if (!organization) return std::unexpected(organization.error());
  if (organization->is_null()) return {};
  place.organization = name;
  for (const auto& ns : organization->value("/spec/namespaces"_json_pointer, json::array()))
    if (ns.is_string()) place.namespaces.push_back(ns);
  return {};
}

core::Result<void> find_key_secret(Session& session, Place& place) {
  const auto keys = readable(session, api::api_key_type());
  if (!keys) return std::unexpected(keys.error());
  for (const auto& key : *keys)
    if (place.key_secret.empty()) place.key_secret = text_at(key, "/status/secret/name");
  return {};
}

core::Result<Place> find_place(Session& session) {
  Place place{.home = session.ns(), .organization = {}, .namespaces = {}, .key_secret = {}, .own_member = {}};
  for (const auto find : {find_own_member, find_organization, find_key_secret})
    if (const auto found = find(session, place); !found) return std::unexpected(found.error());
  return place;
}

core::Result<std::vector<Answer>> answer_all(Session& session, const Place& place) {
  std::vector<Answer> answers;
  for (auto& action : actions_in(place)) {
    std::optional<bool> allowed;
    if (action.question) {
      const auto answer = session.may(*action.question);
      if (!answer) return std::unexpected(answer.error());
      allowed = *answer;
    }
    answers.push_back({std::move(action), allowed});
  }
  return answers;
}

Outcome answer_one(const Call& call, const CanI& command) {
  const Question question = question_of(command.verb, command.what, call.session.ns());
  const auto allowed = call.session.may(question);
  if (!allowed) return std::unexpected(allowed.error());
  if (!command.quiet && call.session.lacks_resource(question))
    call.err << core::printable_lines(fmt::format(
        "Warning: the server doesn't have a resource type '{}' in its core group. Write the plural, and the group "
        "where there is one: deployments.apps",
        question.resource));
  const Output output = call.invocation.output;
  if (!command.quiet && output != Output::Table)
    print_document(call.out, output, json{{"allowed", *allowed}});
  else if (!command.quiet)
    call.out << (*allowed ? "yes\n" : "no\n");
  return *allowed ? kDone : kFailed;
}

}  // namespace

Outcome run(const Call& call, const CanI& command) {
  if (!command.verb.empty()) return answer_one(call, command);
  const auto place = find_place(call.session);
  if (!place) return std::unexpected(place.error());
  const auto answers = answer_all(call.session, *place);
  if (!answers) return std::unexpected(answers.error());
  const Output output = call.invocation.output;
  if (output == Output::Table)
    call.out << format_table(rights_table(*answers));
  else
    print_document(call.out, output, rights_document(*place, *answers));
  return kDone;
}

}  // namespace guildhall::plugin
