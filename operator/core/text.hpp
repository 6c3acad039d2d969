#pragma once

#include <cstddef>
#include <string_view>

namespace guildhall::core {

/// At most `length` bytes of it, whole characters of UTF-8 only.
std::string_view cut_text(std::string_view text, std::size_t length);

}  // namespace guildhall::core
