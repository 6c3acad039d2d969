#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "controllers/apikey/draft.hpp"
#include "operator/core/secret_text.hpp"

namespace guildhall::controllers::apikey {

/// What the Secret at `at` is to say of the draft's tokens.
SealedPayload wanted_payload(const Observed& seen, const Draft& draft, const core::ObjectKey& at);

/// The Secret as a plan may hold it: entries stand in `stringData`, with a placeholder where a token goes.
nlohmann::json wanted_secret(const Observed& seen, const SealedPayload& payload);

/// Whether the Secret that stands is what `wanted_secret` asks for: payload, labels, annotations and owner.
bool is_up_to_date(const Observed& seen, const SeenSecret& secret, const SealedPayload& payload);

/// Whether its labels, annotations and owner are as `wanted_secret` asks for.
bool carries_metadata(const Observed& seen, const SeenSecret& secret, const SealedPayload& payload);

/// The text that stands for the token of that hash.
std::string placeholder(std::string_view hash);

/// Finds the token of a hash. Errors: as of a read; Conflict when it is no longer where it was seen.
using TokenSource = std::function<core::Result<core::SecretText>(const std::string& hash)>;
/// Seals a canonical form: "<key name>:<hex>".
using SealFunction = std::function<core::Result<std::string>(std::string_view canonical)>;

/// Turns a plan's Secret into the one to write: tokens in, entries encoded, sealed.
core::Result<nlohmann::json> fill_in_secret(nlohmann::json secret, const TokenSource& tokens, const Codec& codec,
                                            const SealFunction& seal);

}  // namespace guildhall::controllers::apikey
