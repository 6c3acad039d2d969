#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace guildhall::kube {

/// RFC 4648, section 4; line breaks and spaces are passed over, padding may be left out. Unset for anything else.
std::optional<std::string> decode_base64(std::string_view text);
std::string encode_base64(std::string_view bytes);

}  // namespace guildhall::kube
