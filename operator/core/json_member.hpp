#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace guildhall::core {

/// The text of an object's member; "" when it has none of that name, or one that is no text. Never throws for an
/// object.
std::string text_at(const nlohmann::json& object, const char* name);

}  // namespace guildhall::core
