// An Organization with many Members, accepted at once.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "benchmarks/world.hpp"

namespace guildhall::benchmarks {

/// Every tenth Member is an Admin, the first among them; the others are Editors.
struct Crowd {
  std::string name;  ///< of the Organization and its home
  std::size_t members = 0;
  std::size_t namespaces = 0;  ///< spanned
};

std::string member_name(std::size_t index);
std::string email_of(const Crowd& crowd, std::size_t index);
std::vector<std::string> namespaces_of(const Crowd& crowd);

/// Makes it, and waits until every Member has its role. An operator must run.
void make_crowd(World& world, const Crowd& crowd);

}  // namespace guildhall::benchmarks
