#pragma once

#include <string>
#include <string_view>

namespace guildhall::page {

/// The text as it may stand in HTML, between tags and in quoted attributes: markup is escaped; control characters, and
/// those that turn the direction of the text around them, are dropped; what is no UTF-8 becomes U+FFFD. Pure.
std::string escape(std::string_view text);

/// A text that somebody chose, as an element of its own direction: what is written from right to left does not move
/// what stands beside it. Pure.
std::string isolated(std::string_view text);

}  // namespace guildhall::page
