#include "operator/plugin/member_view.hpp"

namespace guildhall::plugin {

namespace {

using nlohmann::json;

/// Null when there is nothing.
const json& at(const json& object, const char* pointer) {
  static const json nothing;
  const json::json_pointer place(pointer);
  return object.is_structured() && object.contains(place) ? object.at(place) : nothing;
}

std::optional<core::Timestamp> time_at(const json& object, const char* pointer) {
  const std::string text = text_at(object, pointer);
  if (text.empty()) return std::nullopt;
  const auto time = core::parse_timestamp(text);
  return time ? std::optional(*time) : std::nullopt;
}

std::string or_else(std::string text, const char* otherwise) {
  return text.empty() ? otherwise : std::move(text);
}

void read_spec(const json& member, MemberView& view) {
  view.email = text_at(member, "/spec/email");
  view.display_name = text_at(member, "/spec/displayName");
  view.role = text_at(member, "/spec/role");
  view.state = or_else(text_at(member, "/spec/state"), "Active");
  view.delivery = or_else(text_at(member, "/spec/invitation/delivery"), "Email");
  view.resend_at = time_at(member, "/spec/invitation/resendAt");
  for (const json& subject : at(member, "/spec/subjects"))
    view.subjects.push_back({text_at(subject, "/kind"), text_at(subject, "/name"), text_at(subject, "/namespace")});
}

void read_conditions(const json& member, MemberView& view) {
  for (const json& condition : at(member, "/status/conditions")) {
    const std::string type = text_at(condition, "/type");
    if (type == "Stalled") view.stalled = text_at(condition, "/status") == "True";
    if (type != "Ready") continue;
    view.ready = text_at(condition, "/status");
    view.reason = text_at(condition, "/reason");
    view.message = text_at(condition, "/message");
    view.current = at(condition, "/observedGeneration") == at(member, "/metadata/generation");
  }
}

void read_status(const json& member, MemberView& view) {
  view.organization = text_at(member, "/status/organization");
  view.phase = text_at(member, "/status/phase");
  view.last_action = text_at(member, "/status/lastAction");
  view.last_active = time_at(member, "/status/lastActiveAt");
  view.sent_at = time_at(member, "/status/invitation/sentAt");
  view.expires_at = time_at(member, "/status/invitation/expiresAt");
  view.resent_for = time_at(member, "/status/invitation/resentFor");
  view.declined = !text_at(member, "/status/invitation/declinedAt").empty();
  view.link_secret = text_at(member, "/status/invitation/secret/name");
  for (const json& method : at(member, "/status/authMethods"))
    if (method.is_string()) view.auth_methods.push_back(method);
}

}  // namespace

std::string text_at(const json& object, const char* pointer) {
  const json& value = at(object, pointer);
  return value.is_string() ? value.get<std::string>() : std::string();
}

MemberView member_view(const json& member) {
  MemberView view;
  view.key = {text_at(member, "/metadata/namespace"), text_at(member, "/metadata/name")};
  view.uid = text_at(member, "/metadata/uid");
  view.created = time_at(member, "/metadata/creationTimestamp");
  read_spec(member, view);
  read_status(member, view);
  read_conditions(member, view);
  return view;
}

std::vector<MemberView> member_views(const std::vector<json>& members) {
  std::vector<MemberView> views;
  views.reserve(members.size());
  for (const auto& member : members)
    views.push_back(member_view(member));
  return views;
}

std::string name_of(const MemberView& member) {
  return "member.guildhall.dev/" + member.key.name;
}

}  // namespace guildhall::plugin
