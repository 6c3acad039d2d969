#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operator/mail/message.hpp"

namespace guildhall::mail {

/// The text on one line: line breaks and tabs become a space; control characters, Unicode's among them, marks that turn
/// the direction of writing, and bytes that are no UTF-8 go.
std::string one_line(std::string_view text);

/// Header lines of RFC 5322 without the last CRLF of each: Date, From, To, Subject, Message-ID, Auto-Submitted.
/// Whatever the message holds, there are no others: what is not plain is encoded (RFC 2047), and long ones are folded
/// so that no line is longer than 78 characters, unless an address is. Pure.
std::vector<std::string> header_lines(const Message& message);

}  // namespace guildhall::mail
