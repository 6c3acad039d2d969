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

}  // namespace

std::string_view find_ambiguity(unsigned version, const std::vector<Field>& fields) {
  if (version >= 11 && count(fields, "Host") != 1) return "exactly one Host is needed";
  if (count(fields, "Content-Length") > 1) return "more than one Content-Length";
  if (count(fields, "Transfer-Encoding") > 1 || has_foreign_encoding(fields))
    return "the only Transfer-Encoding is chunked";
  if (count(fields, "Transfer-Encoding") == 1 && count(fields, "Content-Length") == 1)
    return "Transfer-Encoding beside Content-Length";
  return {};
}

}  // namespace guildhall::http
