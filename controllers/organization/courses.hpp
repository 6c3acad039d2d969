#pragma once

#include <string>
#include <vector>

#include "controllers/organization/observed.hpp"

namespace guildhall::controllers::organization {

/// What is to become of a namespace that the spec names.
enum class Course {
  Keep,         ///< claimed by us, as it should be
  Repair,       ///< ours, but a part of the claim was changed, or it speaks of our former self or of what we were
  Claim,        ///< free
  Create,       ///< the home, and it does not exist
  Wait,         ///< spanned, and it does not exist
  Terminating,  ///< it is being deleted
  Paused,       ///< would be claimed or created, but writing is stopped
  Refuse,       ///< protected: no Organization may have it
  Yield,        ///< another Organization has it
  Foreign,      ///< it was there before somebody signed up for a name: what is in it is not theirs
};

struct NamespaceCourse {
  std::string name;
  bool is_home = false;
  Course course = Course::Keep;
  const SeenNamespace* seen = nullptr;  ///< into Observed; null: it does not exist
};

/// One for the home and one for each listed namespace; the home first, then by name.
std::vector<NamespaceCourse> courses(const Observed& seen);

/// Whose a namespace is, from our side.
Hold hold_of(const Observed& seen, const SeenNamespace& ns);

/// Whether our claim stands on it, even if damaged.
bool is_held(const Observed& seen, const SeenNamespace& ns);

/// Whether the home exists and is held. While it is not, nothing in it is ours.
bool holds_home(const Observed& seen);

/// Namespaces that speak of us and are neither the home nor listed, or must not be claimed: to be released. By name.
std::vector<const SeenNamespace*> surplus(const Observed& seen);

/// All namespaces that speak of us, by name.
std::vector<const SeenNamespace*> all_that_speak_of_us(const Observed& seen);

}  // namespace guildhall::controllers::organization
