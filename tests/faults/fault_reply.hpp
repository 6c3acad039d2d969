// What the fault proxy says in the API server's place.
#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <string>
#include <string_view>

#include "tests/faults/fault_rule.hpp"

namespace guildhall::tests::faults {

using Reply = boost::beast::http::response<boost::beast::http::string_body>;

/// How a watch begins and ends on the wire.
inline constexpr std::string_view kStreamHead =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
inline constexpr std::string_view kStreamEnd = "0\r\n\r\n";

[[nodiscard]] Reply json_reply(unsigned status, std::string body);
/// The failure that a rule with Fault::Answer asks for, in the API server's form.
[[nodiscard]] Reply reply_of(const Rule& rule);
[[nodiscard]] std::string chunk(std::string_view bytes);
/// A watch with all that it ever delivers.
[[nodiscard]] std::string whole_stream(std::string_view lines);
/// A watch that only says that its version is too old.
[[nodiscard]] std::string gone_stream();

}  // namespace guildhall::tests::faults
