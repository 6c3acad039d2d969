#pragma once

#include <algorithm>
#include <chrono>
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
  /// At the earliest of all that were asked for.
  void look_again_at(core::Timestamp at, core::Timestamp now) {
    const auto after = std::max(std::chrono::ceil<std::chrono::milliseconds>(at - now), std::chrono::milliseconds{0});
    plan.look_again_after = plan.look_again_after ? std::min(*plan.look_again_after, after) : after;
  }
};

}  // namespace guildhall::controllers::member
