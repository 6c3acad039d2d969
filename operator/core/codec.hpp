#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "operator/core/result.hpp"

namespace guildhall::core {

/// Hashes and encodings come in as arguments: pure code has no OpenSSL. Thread-safe functions.
struct Codec {
  std::function<std::string(std::string_view text)> sha256_hex;
  std::function<std::string(std::string_view bytes)> to_base64;
  std::function<Result<std::string>(std::string_view text)> from_base64;
};

}  // namespace guildhall::core
