#pragma once

#include <string>

#include "operator/core/random.hpp"
#include "operator/core/secret_text.hpp"

namespace guildhall::controllers::apikey {

/// A token that nobody has yet. The clear text exists only here until it is written into a Secret.
struct FreshToken {
  std::string id;
  core::SecretText text;
};

/// Draws a token. Every character is equally likely (bytes that would skew the choice are drawn again).
FreshToken draw_token(core::RandomSource& random);

}  // namespace guildhall::controllers::apikey
