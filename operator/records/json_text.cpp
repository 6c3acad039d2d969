#include "operator/records/json_text.hpp"

#include <fmt/format.h>

#include <iterator>

#include "operator/core/utf8.hpp"

namespace guildhall::records {

namespace {

bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

/// One character that is not plain ASCII.
void append_character(std::string& out, const core::Utf8Character& character, std::string_view bytes) {
  if (!character.valid) {
    out += "\xEF\xBF\xBD";
    return;
  }
  switch (character.code) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    default:
      break;
  }
  if (character.code < 0x20)
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", character.code);
  else
    out += bytes;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && is_plain(text[plain]))
      ++plain;
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    const core::Utf8Character next = core::first_character(text);
    append_character(out, next, text.substr(0, next.length));
    text.remove_prefix(next.length);
  }
  out += '"';
}

JsonObject& JsonObject::text(std::string_view name, std::string_view value) {
  append_json_string(member(name), value);
  return *this;
}

JsonObject& JsonObject::text_if(std::string_view name, std::string_view value) {
  return value.empty() ? *this : text(name, value);
}

JsonObject& JsonObject::number(std::string_view name, std::int64_t value) {
  const fmt::format_int digits(value);
  member(name).append(digits.data(), digits.size());
  return *this;
}

std::string& JsonObject::member(std::string_view name) {
  if (!first_) out_ += ',';
  first_ = false;
  out_ += '"';
  out_ += name;
  out_ += "\":";
  return out_;
}

}  // namespace guildhall::records
