#include "tests/fuzz/input.hpp"

#include <algorithm>
#include <string>

#include "operator/core/text.hpp"

namespace guildhall::tests::fuzz {

namespace {

std::size_t length_of(char c) {
  const auto code = static_cast<unsigned char>(c);
  return code > ' ' ? code - ' ' : 1U;
}

}  // namespace

std::string_view take_line(std::string_view& input) {
  const std::string_view line = input.substr(0, input.find('\n'));
  input.remove_prefix(std::min(line.size() + 1, input.size()));
  return line;
}

Stream read_stream(std::string_view input) {
  const std::string_view lengths = take_line(input);
  Stream stream{.whole = input, .pieces = {}};
  for (std::size_t i = 0; !input.empty(); ++i) {
    const std::size_t length = lengths.empty() ? input.size() : length_of(lengths[i % lengths.size()]);
    stream.pieces.push_back(input.substr(0, length));
    input.remove_prefix(stream.pieces.back().size());
  }
  return stream;
}

http::Request request_with(std::string_view lines) {
  http::Request request;
  while (!lines.empty()) {
    const std::string_view line = take_line(lines);
    const auto colon = std::min(line.find(':'), line.size());
    const std::string value(core::trimmed(line.substr(std::min(colon + 1, line.size()))));
    request.fields.emplace(core::lower_case(line.substr(0, colon)), value);
  }
  return request;
}

}  // namespace guildhall::tests::fuzz
