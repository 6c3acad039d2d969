#pragma once

#include <string>
#include <vector>

#include "operator/core/plan.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::controllers::organization {

/// Which condition, beside Ready, an obstacle keeps away.
enum class About { Other, Claims, Roles };

/// One thing that keeps Ready away.
struct Obstacle {
  const char* reason;  ///< of reasons.hpp
  std::string message;
  bool stalled;  ///< a person must act; else Guildhall goes on by itself
  About about = About::Other;
};

/// A plan in the making, and what its status has to say. The rules add to it, the most pressing obstacle first.
struct Draft {
  core::Plan plan;
  std::vector<Obstacle> obstacles;

  void hinder(const char* reason, std::string message, bool stalled) {
    obstacles.push_back({reason, std::move(message), stalled});
  }
};

/// "a, b and 3 more": at most ten names, so that a message stays readable.
std::string list_names(const std::vector<std::string>& names);

}  // namespace guildhall::controllers::organization
