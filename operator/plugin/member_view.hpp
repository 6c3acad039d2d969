#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "operator/core/resource_type.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::plugin {

/// One of spec.subjects.
struct SubjectView {
  std::string kind;  ///< User, Group or ServiceAccount
  std::string name;
  std::string ns;  ///< of a ServiceAccount
};

/// What the commands read of a Member. Read leniently: the cluster may be newer than this program, and a word that is
/// not known here is shown as it is.
struct MemberView {
  core::ObjectKey key;
  std::string uid;
  std::string email;
  std::string display_name;
  std::string role;
  std::string state = "Active";
  std::string delivery = "Email";
  std::optional<core::Timestamp> resend_at;
  std::vector<SubjectView> subjects;

  std::string organization;
  std::string phase;
  std::string ready;    ///< True, False; empty: nobody has looked at it yet
  std::string reason;   ///< of Ready
  std::string message;  ///< of Ready
  bool stalled = false;
  bool current = false;  ///< Ready speaks of what the spec says now
  std::string last_action;
  std::vector<std::string> auth_methods;
  std::optional<core::Timestamp> created;
  std::optional<core::Timestamp> last_active;
  std::optional<core::Timestamp> sent_at;
  std::optional<core::Timestamp> expires_at;
  std::optional<core::Timestamp> resent_for;  ///< the resendAt that was last acted on
  bool declined = false;                      ///< said no to the last invitation
  std::string link_secret;                    ///< where the link lies, with delivery Link
};

MemberView member_view(const nlohmann::json& member);
std::vector<MemberView> member_views(const std::vector<nlohmann::json>& members);

/// "member.guildhall.dev/jane", as kubectl names it.
std::string name_of(const MemberView& member);

/// The text at a JSON pointer; "" when there is none.
std::string text_at(const nlohmann::json& object, const char* pointer);

}  // namespace guildhall::plugin
