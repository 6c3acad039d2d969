#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "operator/core/codec.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/core/result.hpp"
#include "operator/core/secret_text.hpp"

namespace guildhall::controllers::apikey {

/// Reads an object whole from the API server. Of Secrets it is the only place where a standing token is seen in clear.
using ObjectReader =
    std::function<core::Result<nlohmann::json>(const core::ResourceType& type, const core::ObjectKey& at)>;

/// The token of that hash, from the Secret of an ApiKey. Errors: of the read; Conflict when it is not there (any more).
core::Result<core::SecretText> read_token(const ObjectReader& read, const core::Codec& codec, const core::ObjectKey& at,
                                          const std::string& hash);

}  // namespace guildhall::controllers::apikey
