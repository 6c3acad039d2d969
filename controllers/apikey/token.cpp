#include "controllers/apikey/token.hpp"

#include <utility>

#include "operator/core/api_key_token.hpp"
#include "operator/core/random_text.hpp"

namespace guildhall::controllers::apikey {

FreshToken draw_token(core::RandomSource& random) {
  std::string id;
  core::append_random_base62(random, core::kTokenIdLength, id);
  std::string text;
  text.reserve(core::kTokenLength);
  text.append(core::kTokenPrefix).append(id).append("_");
  core::append_random_base62(random, core::kTokenSecretLength, text);
  text.append(core::token_checksum(text));
  return {std::move(id), core::SecretText(std::move(text))};
}

}  // namespace guildhall::controllers::apikey
