#include "operator/http/request_rules.hpp"

#include <algorithm>

namespace guildhall::http {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool iequals(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::ptrdiff_t count(const std::vector<Field>& fields, std::string_view name) {
  return std::count_if(fields.begin(), fields.end(), [&](const Field& field) { return iequals(field.name, name); });
}

bool has_foreign_encoding(const std::vector<Field>& fields) {
  return std::any_of(fields.begin(), fields.end(), [](const Field& field) {
    return iequals(field.name, "Transfer-Encoding") && !iequals(field.value, "chunked");
  });
}

bool has_odd_length(const std::vector<Field>& fields) {
  return std::any_of(fields.begin(), fields.end(), [](const Field& field) {
    return iequals(field.name, "Content-Length") &&
           field.value.find_first_not_of("0123456789") != std::string_view::npos;
  });
}

}  // namespace

std::string_view find_ambiguity(unsigned version, const std::vector<Field>& fields, bool folded) {
  const auto hosts = count(fields, "Host");
  if (folded) return "a header field goes on in the next line";
  if (hosts > 1 || (hosts == 0 && version >= 11)) return "exactly one Host is needed";
  if (count(fields, "Content-Length") > 1) return "more than one Content-Length";
  if (has_odd_length(fields)) return "Content-Length is not one number";
  if (count(fields, "Transfer-Encoding") > 1 || has_foreign_encoding(fields))
    return "the only Transfer-Encoding is chunked";
  if (count(fields, "Transfer-Encoding") == 0) return {};
  if (version < 11) return "HTTP/1.0 has no Transfer-Encoding";
  return count(fields, "Content-Length") == 0 ? "" : "Transfer-Encoding beside Content-Length";
}

void FoldDetector::feed(std::string_view header_bytes) {
  for (const char c : header_bytes) {
    if (at_line_start_ && (c == ' ' || c == '\t')) found_ = true;
    at_line_start_ = c == '\n';
  }
}

}  // namespace guildhall::http
