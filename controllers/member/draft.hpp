#pragma once

#include <optional>
#include <string>
#include <vector>

#include "operator/api/member.hpp"
#include "operator/core/plan.hpp"

namespace guildhall::controllers::member {

using Phase = api::MemberPhase;
using Invitation = api::MemberStatusInvitation;

/// What keeps Ready away.
struct Obstacle {
  const char* reason;  ///< of reasons.hpp
  std::string message;
  bool stalled;  ///< a person must act; else Guildhall goes on by itself
};

/// A plan in the making, and what its status has to say.
struct Draft {
  core::Plan plan;
  std::optional<Phase> phase;        ///< unset: it is in no Organization
  std::optional<Obstacle> obstacle;  ///< the first that was met counts
  Invitation invitation;             ///< what becomes of it; begins as the status has it
  std::vector<std::string> missing;  ///< bindings and roles that do not give it yet what they should

  void hinder(const char* reason, std::string message, bool stalled) {
    if (!obstacle) obstacle = Obstacle{reason, std::move(message), stalled};
  }
};

}  // namespace guildhall::controllers::member
