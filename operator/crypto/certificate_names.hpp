#pragma once

#include <string>
#include <string_view>

namespace guildhall::crypto {

/// Whether a certificate may be made for it: labels of letters, digits and '-', each at most 63 characters long, the
/// first may be '*' and the last no number; at most 253 characters in all. Pure. Source: RFC 1123, section 2.1; RFC
/// 6125, section 6.4.3.
bool is_dns_name(std::string_view name);

/// The address that these 4 or 16 octets are, as RFC 5952, section 4, writes it; empty for any other number of octets.
/// Pure.
std::string address_text(std::string_view octets);

}  // namespace guildhall::crypto
