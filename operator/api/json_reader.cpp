#include "operator/api/json_reader.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace guildhall::api {
namespace {

// What a message repeats of a user's text at most.
constexpr std::size_t kQuoted = 64;

std::string quoted(const std::string& text) {
  if (text.size() <= kQuoted) return fmt::format("\"{}\"", text);
  std::size_t end = kQuoted;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)  // never half a character of UTF-8
    --end;
  return fmt::format("\"{}…\"", text.substr(0, end));
}

std::string kind_of(const nlohmann::json& value) {
  switch (value.type()) {
    case nlohmann::json::value_t::null:
      return "null";
    case nlohmann::json::value_t::object:
      return "an object";
    case nlohmann::json::value_t::array:
      return "an array";
    case nlohmann::json::value_t::boolean:
      return "a boolean";
    case nlohmann::json::value_t::string:
      return "a string";
    default:
      return "a number";
  }
}

void note(const Source& source, std::string_view what, std::string_view got) {
  if (!source.problem.empty()) return;
  const std::string path = source.path.to_string();
  source.problem = fmt::format("{}{}expected {}, got {}", path, path.empty() ? "" : ": ", what, got);
}

// A string has the right type but the wrong content: the message shows it.
void expected_text(const Source& source, std::string_view what) {
  note(source, what,
       source.value.is_string() ? quoted(source.value.get_ref<const std::string&>()) : kind_of(source.value));
}

enum class ConditionStatus { True, False, Unknown };

std::span<const std::string_view> words_of(ConditionStatus /*status*/) {
  static constexpr std::array<std::string_view, 3> words{"True", "False", "Unknown"};
  return words;
}

}  // namespace

void expected(const Source& source, std::string_view what) {
  note(source, what, kind_of(source.value));
}

void read(const Source& source, std::string& out) {
  if (const auto* text = source.value.get_ptr<const std::string*>())
    out = *text;
  else
    expected(source, "a string");
}

void read(const Source& source, bool& out) {
  if (source.value.is_boolean())
    out = source.value.get<bool>();
  else
    expected(source, "a boolean");
}

void read(const Source& source, std::int64_t& out) {
  const bool is_too_large = source.value.is_number_unsigned() && source.value.get<std::uint64_t>() > INT64_MAX;
  if (source.value.is_number_integer() && !is_too_large)
    out = source.value.get<std::int64_t>();
  else
    note(source, "an integer", source.value.is_number() ? source.value.dump() : kind_of(source.value));
}

void read(const Source& source, core::Timestamp& out) {
  const auto* text = source.value.get_ptr<const std::string*>();
  const auto time = text == nullptr ? core::fail(core::ErrorKind::Invalid, "") : core::parse_timestamp(*text);
  if (time)
    out = *time;
  else
    expected_text(source, "a time such as 2027-01-31T00:00:00Z");
}

void read(const Source& source, nlohmann::json& out) {
  if (is_object(source)) out = source.value;
}

void read(const Source& source, core::Condition& out) {
  auto status = ConditionStatus::Unknown;
  ObjectReader in(source);
  in.required("type", out.type);
  in.required("status", status);
  out.status = status == ConditionStatus::True;
  in.required("reason", out.reason);
  in.required("message", out.message);
  in.optional("observedGeneration", out.observed_generation);
  in.required("lastTransitionTime", out.last_transition_time);
}

ObjectReader::ObjectReader(const Source& source) : source_(source) {
  is_object(source_);
}

const nlohmann::json* ObjectReader::find(std::string_view name) {
  known_.push_back(name);
  if (!source_.problem.empty()) return nullptr;
  const auto found = source_.value.find(name);
  return found == source_.value.end() || found->is_null() ? nullptr : &*found;
}

void ObjectReader::rest(nlohmann::json& unknown) const {
  if (!source_.problem.empty()) return;
  for (const auto& [name, value] : source_.value.items()) {
    if (std::find(known_.begin(), known_.end(), name) == known_.end()) unknown[name] = value;
  }
}

bool is_array(const Source& source) {
  if (!source.value.is_array()) expected(source, "an array");
  return source.value.is_array();
}

bool is_object(const Source& source) {
  if (!source.value.is_object()) expected(source, "an object");
  return source.value.is_object();
}

std::optional<std::size_t> find_word(const Source& source, std::span<const std::string_view> words) {
  if (const auto* text = source.value.get_ptr<const std::string*>()) {
    const auto found = std::find(words.begin(), words.end(), *text);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  }
  expected_text(source, words.size() == 1 ? std::string(words[0]) : fmt::format("one of {}", fmt::join(words, ", ")));
  return std::nullopt;
}

}  // namespace guildhall::api
