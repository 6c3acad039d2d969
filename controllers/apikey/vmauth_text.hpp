#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "operator/core/codec.hpp"

namespace guildhall::controllers::apikey {

// How tokens stand in the Secrets of vmauth and of VMUsers.

/// The Secrets from which vmauth takes an Organization's tokens, in clear, as it knows no others: its configuration, or
/// an entry for each token, to which VMUsers refer.
inline constexpr const char* kVmauthSecretType = "guildhall.dev/vmauth";
inline constexpr const char* kVmauthEntry = "auth.yml";
/// The one beside the VMUsers, an entry for each token. All others are configurations.
inline constexpr const char* kVmUsersSecret = "guildhall-vmusers";
/// The configuration of nobody.
inline constexpr std::string_view kLetGoConfiguration =
    "# Nobody is let in here any more. Delete this Secret when no vmauth reads it.\nusers: []\n";
/// What stands before the name of a user, "<ApiKey>/<token's id>" in quotes, and before its token.
inline constexpr std::string_view kVmauthUserLine = "- name: ";
inline constexpr std::string_view kVmauthTokenLine = "  bearer_token: ";

/// The text up to the next line feed, which goes, too.
std::string_view take_line(std::string_view& text);

/// The token, or its placeholder, in a line of a configuration; unset: there is none.
std::optional<std::string_view> token_in(std::string_view line);

/// Calls with each entry of a Secret's `data` in clear, which is wiped afterwards. What is no base64 is passed over.
void read_entries(const nlohmann::json& data, const core::Codec& codec,
                  const std::function<void(const std::string& name, std::string_view text)>& read);

}  // namespace guildhall::controllers::apikey
