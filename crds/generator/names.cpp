#include "crds/generator/names.hpp"

#include <algorithm>
#include <utility>

namespace guildhall::crds::generator {
namespace {

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

char to_lower(char c) {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

// A word begins at a capital after a small letter, and at the last capital of several: accountID, HTTPPort.
bool begins_word(std::string_view text, std::size_t i) {
  if (i == 0 || !is_upper(text[i])) return false;
  return !is_upper(text[i - 1]) || (i + 1 < text.size() && is_lower(text[i + 1]));
}

bool is_keyword(std::string_view text) {
  static constexpr std::string_view keywords =
      " alignas alignof and asm auto bool break case catch char class concept const constexpr continue default delete "
      "do double else enum explicit export extern false float for friend goto if inline int long mutable namespace new "
      "not operator or private protected public register requires return short signed sizeof static struct switch "
      "template this throw true try typedef typename union unsigned using virtual void volatile while xor ";
  return keywords.find(" " + std::string(text) + " ") != std::string_view::npos;
}

}  // namespace

std::string snake_case(std::string_view name) {
  std::string result;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (begins_word(name, i)) result += '_';
    result += to_lower(name[i]);
  }
  return result;
}

std::string field_name(std::string_view json_name) {
  // Two that Kubernetes uses and C++ keeps for itself have a short name, as in core::ObjectMeta.
  if (json_name == "namespace") return "ns";
  if (json_name == "operator") return "op";
  std::string name = snake_case(json_name);
  if (is_keyword(name)) name += '_';
  return name;
}

std::string pascal_case(std::string_view json_name) {
  std::string name(json_name);
  if (!name.empty() && is_lower(name[0])) name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name;
}

std::string singular(std::string word) {
  const std::string_view text = word;
  if (text.ends_with("ies")) return word.substr(0, word.size() - 3) + "y";
  if (text.ends_with("sses")) return word.substr(0, word.size() - 2);
  if (text.ends_with("s") && !text.ends_with("ss")) word.pop_back();
  return word;
}

bool is_identifier(std::string_view text) {
  if (text.empty() || is_digit(text[0]) || is_keyword(text)) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return is_upper(c) || is_lower(c) || is_digit(c); });
}

TypeNames::TypeNames(std::string kind) : kind_(std::move(kind)), taken_{kind_, kind_ + "Spec", kind_ + "Status"} {}

std::string TypeNames::take(const std::string& parent, const std::string& word) {
  const bool is_at_the_top = parent == kind_ + "Spec" || parent == kind_ + "Status";
  std::string name = (is_at_the_top ? kind_ : parent) + word;
  if (parent == kind_ + "Status" && (taken_.contains(name) || kind_.ends_with(word))) name = parent + word;
  return taken_.insert(name).second ? name : std::string{};
}

}  // namespace guildhall::crds::generator
