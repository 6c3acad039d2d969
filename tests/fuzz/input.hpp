// What several targets take their inputs for.
#pragma once

#include <string_view>
#include <vector>

#include "operator/http/server.hpp"

namespace guildhall::tests::fuzz {

/// The text up to the end of the line, which goes from the input, too.
std::string_view take_line(std::string_view& input);

/// Bytes that come over a connection, and the pieces in which they come.
struct Stream {
  std::string_view whole;
  std::vector<std::string_view> pieces;
};

/// Each character of the input's first line is the length of a piece, '!' one byte, '~' 94, over and over; all behind
/// that line is the stream.
Stream read_stream(std::string_view input);

/// A request with these fields, one a line ("authorization: Bearer abc"); a line without a colon is a field without a
/// value.
http::Request request_with(std::string_view lines);

}  // namespace guildhall::tests::fuzz
