#pragma once

#include <string>
#include <string_view>

namespace guildhall::page {

enum class Place { Start, Robots, Invitation, Accept, Decline, Unknown };

/// Where a path leads.
struct Route {
  Place place = Place::Unknown;
  std::string token;  ///< of Invitation, Accept, Decline; may be no token at all
  bool operator==(const Route&) const = default;
};

/// Reads a path below `prefix` (as in PublicUrl). Letters that are escaped without need count as themselves, and what
/// ends a sentence does not belong to a link. Pure.
Route route_of(std::string_view written, std::string_view prefix);

/// The methods that a place takes, as `Allow` lists them.
std::string_view methods_of(Place place);
bool takes(Place place, std::string_view method);

/// The place as a metric's label and in the log: "invitation".
std::string_view label_of(Place place);

}  // namespace guildhall::page
