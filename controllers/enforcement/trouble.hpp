#pragma once

#include <optional>
#include <set>
#include <string>

#include "controllers/enforcement/observed.hpp"
#include "operator/core/codec.hpp"
#include "operator/core/timestamp.hpp"
#include "operator/gate/path_table.hpp"

namespace guildhall::controllers::enforcement {

/// Why what the Organization asks for is not as it should be and will not become so by itself.
struct Trouble {
  std::string reason;
  std::string message;
  // NOLINTNEXTLINE(readability-redundant-member-init): a designated initializer may leave it out
  std::set<std::string> behind = {};  ///< ApiKeys whose tokens are let in to other places than they should be
  bool operator==(const Trouble&) const = default;
};

/// The first one. Unset: nothing stands in the way. Pure.
std::optional<Trouble> trouble_of(const Observed& seen, const gate::PathTable& paths, const core::Codec& codec,
                                  core::Timestamp now);

}  // namespace guildhall::controllers::enforcement
