#pragma once

#include <string_view>

namespace guildhall::page {

/// The one stylesheet of all pages, as it stands between <style> and </style>: the hash in the Content-Security-Policy
/// is of exactly this text.
std::string_view stylesheet();

}  // namespace guildhall::page
