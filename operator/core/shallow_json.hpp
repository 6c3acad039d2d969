#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace guildhall::core {

/// So deep may be what others can write and we read: nothing of ours is half as deep. nlohmann/json copies, compares
/// and writes values recursively, so a deep one takes the stack of whoever touches it.
inline constexpr int kDeepestJson = 32;

/// Whether the member of that name, that deep, is left out: 1 is a member of the outermost object.
using LeaveOut = std::function<bool(int depth, const std::string& name)>;

/// Reads JSON that somebody else may have written. Discarded (json::is_discarded) when it is none, or nests deeper than
/// kDeepestJson in what is not left out. Never throws.
nlohmann::json parse_shallow_json(std::string_view text, const LeaveOut& leave_out = {});

}  // namespace guildhall::core
