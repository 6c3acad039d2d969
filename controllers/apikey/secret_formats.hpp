#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "controllers/apikey/sealed_payload.hpp"

namespace guildhall::controllers::apikey {

/// The entries of the Secret: token, keyId, header, previous-token while there is one, and one file for each format.
/// `token` and `previous` are the texts that stand for the tokens.
nlohmann::json secret_entries(const SealedPayload& payload, const std::string& token, const std::string& previous);

}  // namespace guildhall::controllers::apikey
