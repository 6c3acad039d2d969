#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>

#include "controllers/organization/subject.hpp"
#include "operator/api/member.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::controllers::member {

/// The longest time for which a Member's status may say less than is known of its activity, and the shortest between
/// two writes for its sake.
inline constexpr std::chrono::minutes kActivityInterval{10};

/// Something that a user was seen to do.
struct Sighting {
  core::Timestamp at;
  std::string action;                           ///< "updated ApiKey grafana"
  std::optional<api::MemberAuthMethod> method;  ///< how the user had signed in; unset: not known
};

/// What is known of what one has done. The order in which it came to be known does not matter.
struct Activity {
  std::optional<core::Timestamp> at;  ///< of the last action; in whole seconds
  std::string action;                 ///< the last one; of several in one second the one that sorts last
  std::set<api::MemberAuthMethod> methods;

  void add(const Sighting& sighting);
  void add(const Activity& other);
  bool operator==(const Activity&) const = default;
};

/// The activity of a Member that its status may not say yet.
struct SeenActivity {
  Activity activity;
  std::optional<core::Timestamp> written_at;  ///< when the status last came to say another; unset: not seen since start
};

/// The name by which the API server knows the subject; empty for a Group, which acts by no name of its own.
/// Source: Kubernetes, "Authenticating", Service account tokens.
std::string user_name(const organization::Subject& subject);

/// Rule: has the status say what a Member last did and how it signed in, if it is time for that. Returns when to look
/// again, where something is left to be said. Pure.
///
/// Guarantees: what a status says first, and what comes after a pause of two intervals, is said at once; else at most
/// one write in kActivityInterval, also across a change of leader (two changes within two intervals may come to one
/// write more); nothing that is known is lost; it never goes back; without news nothing changes. What was done before
/// the Member was made is not its doing.
std::optional<core::Timestamp> record_activity(const SeenActivity& seen, const core::ObjectMeta& member,
                                               core::Timestamp now, api::MemberStatus& status);

}  // namespace guildhall::controllers::member
