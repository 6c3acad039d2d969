#include "controllers/apikey/token_reading.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "controllers/apikey/names.hpp"

namespace guildhall::controllers::apikey {

core::Result<core::SecretText> read_token(const ObjectReader& read, const core::Codec& codec, const core::ObjectKey& at,
                                          const std::string& hash) {
  const auto secret = read(core::types::secrets(), at);
  if (!secret) return std::unexpected(secret.error());
  const nlohmann::json data = secret->value("data", nlohmann::json::object());
  for (const char* entry : {kTokenEntry, kPreviousTokenEntry}) {
    const auto found = data.find(entry);
    if (found == data.end() || !found->is_string()) continue;
    auto token = codec.from_base64(found->get_ref<const std::string&>());
    if (token && codec.sha256_hex(*token) == hash) return core::SecretText(std::move(*token));
  }
  return core::fail(core::ErrorKind::Conflict, "no longer holds the token that was seen there",
                    core::describe(core::types::secrets(), at));
}

}  // namespace guildhall::controllers::apikey
