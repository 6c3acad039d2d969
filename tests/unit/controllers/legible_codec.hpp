#pragma once

#include <fmt/format.h>
#include <cstdint>
#include <string>
#include <string_view>

#include "operator/core/codec.hpp"

namespace guildhall::controllers {

/// Base64 that shows what it holds, and a hash (FNV-1a) that has the form of one.
inline core::Codec legible_codec() {
  constexpr std::string_view mark = "b64:";
  return {.sha256_hex =
              [](std::string_view text) {
                std::uint64_t hash = 0xcbf29ce484222325;
                for (const char c : text)
                  hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
                return fmt::format("{:064x}", hash);
              },
          .to_base64 = [mark](std::string_view bytes) { return std::string(mark) + std::string(bytes); },
          .from_base64 = [mark](std::string_view text) -> core::Result<std::string> {
            if (!text.starts_with(mark)) return core::fail(core::ErrorKind::Invalid, "not encoded");
            return std::string(text.substr(mark.size()));
          }};
}

}  // namespace guildhall::controllers
