#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace guildhall::records {

/// Appends the text as a JSON string: what is no UTF-8 becomes U+FFFD. Source: RFC 8259, section 7.
void append_json_string(std::string& out, std::string_view text);

/// Appends one JSON object member by member: entries are written as text, as a log's export is a million of them.
class JsonObject {
 public:
  explicit JsonObject(std::string& out) : out_(out) { out_ += '{'; }

  JsonObject& text(std::string_view name, std::string_view value);
  /// The same; an empty text is left out.
  JsonObject& text_if(std::string_view name, std::string_view value);
  JsonObject& number(std::string_view name, std::int64_t value);
  /// Begins a member, whose value the caller appends to what is returned.
  std::string& member(std::string_view name);
  void close() { out_ += '}'; }

 private:
  std::string& out_;
  bool first_ = true;
};

}  // namespace guildhall::records
