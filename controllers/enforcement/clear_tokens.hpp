#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "operator/core/codec.hpp"
#include "operator/core/secret_text.hpp"

namespace guildhall::controllers::enforcement {

/// Tokens in clear, by their hashes. Neither copied nor printed.
using ClearTokens = std::map<std::string, core::SecretText>;

/// Adds those of a Secret of ours that stands: of the lines of a configuration, or an entry each.
void add_tokens_in(const nlohmann::json& data, const core::Codec& codec, ClearTokens& tokens);

/// The configuration with each of its placeholders replaced. One whose token is not among them stays.
std::string filled_in(std::string_view text, const ClearTokens& tokens);

}  // namespace guildhall::controllers::enforcement
