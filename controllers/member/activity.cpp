#include "controllers/member/activity.hpp"

#include <algorithm>
#include <tuple>

#include "operator/core/text.hpp"

namespace guildhall::controllers::member {

namespace {

/// Of status.lastAction, in bytes: the CRD counts characters.
constexpr std::size_t kLongestAction = 1024;

bool is_later(const std::optional<core::Timestamp>& at, const std::string& action,
              const std::optional<core::Timestamp>& than_at, const std::string& than_action) {
  return std::tie(at, action) > std::tie(than_at, than_action);
}

bool lists(const api::MemberStatus& status, api::MemberAuthMethod method) {
  return std::ranges::find(status.auth_methods, method) != status.auth_methods.end();
}

bool says_all(const api::MemberStatus& status, const Activity& activity) {
  return !is_later(activity.at, activity.action, status.last_active_at, status.last_action.value_or("")) &&
         std::ranges::all_of(activity.methods, [&](auto method) { return lists(status, method); });
}

/// What a status says was written within an interval of its time, if nobody saw when.
core::Timestamp due_at(const SeenActivity& seen, const api::MemberStatus& status, core::Timestamp now) {
  if (!status.last_active_at) return now;
  return seen.written_at.value_or(*status.last_active_at + kActivityInterval) + kActivityInterval;
}

void say(const Activity& activity, api::MemberStatus& status) {
  if (is_later(activity.at, activity.action, status.last_active_at, status.last_action.value_or(""))) {
    status.last_active_at = activity.at;
    status.last_action = activity.action;
  }
  for (const auto method : activity.methods) {
    if (!lists(status, method)) status.auth_methods.push_back(method);
  }
  std::ranges::sort(status.auth_methods);
}

}  // namespace

void Activity::add(const Sighting& sighting) {
  Activity one{.at = core::floor_to_seconds(sighting.at),
               .action = std::string(core::cut_text(sighting.action, kLongestAction)),
               .methods = {}};
  if (sighting.method) one.methods.insert(*sighting.method);
  add(one);
}

void Activity::add(const Activity& other) {
  if (is_later(other.at, other.action, at, action)) {
    at = other.at;
    action = other.action;
  }
  methods.insert(other.methods.begin(), other.methods.end());
}

std::string user_name(const organization::Subject& subject) {
  if (subject.kind == "User") return subject.name;
  return subject.kind == "ServiceAccount" ? "system:serviceaccount:" + subject.ns + ":" + subject.name : "";
}

std::optional<core::Timestamp> record_activity(const SeenActivity& seen, const core::ObjectMeta& member,
                                               core::Timestamp now, api::MemberStatus& status) {
  const Activity& activity = seen.activity;
  const bool is_its_own = activity.at && *activity.at >= member.creation_timestamp;
  if (!is_its_own || says_all(status, activity)) return std::nullopt;
  const core::Timestamp due = due_at(seen, status, now);
  if (now < due) return due;
  say(activity, status);
  return std::nullopt;
}

}  // namespace guildhall::controllers::member
