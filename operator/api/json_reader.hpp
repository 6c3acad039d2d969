#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "operator/api/path.hpp"
#include "operator/api/words.hpp"
#include "operator/core/condition.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::api {

/// A JSON value, where it stands, and the first problem of the object so far ("" while all is well).
struct Source {
  const nlohmann::json& value;
  Path path;
  std::string& problem;
};

/// Notes "spec.rotation.every: expected a string, got a number", unless there is a problem already.
void expected(const Source& source, std::string_view what);

/// Each read() fills `out` from a value of the right type, else notes the problem and leaves `out` unspecified.
void read(const Source& source, std::string& out);
void read(const Source& source, bool& out);
void read(const Source& source, std::int64_t& out);
void read(const Source& source, core::Timestamp& out);  ///< RFC 3339; a longer fraction is cut to microseconds
void read(const Source& source, core::Condition& out);  ///< status Unknown is read as not True, that is, False
void read(const Source& source, nlohmann::json& out);   ///< a field that takes any object

/// Reads the fields of one JSON object. A field that is null is absent (Kubernetes API conventions, "Optional vs.
/// Required").
class ObjectReader {
 public:
  explicit ObjectReader(const Source& source);
  ObjectReader(const ObjectReader&) = delete;
  ObjectReader& operator=(const ObjectReader&) = delete;

  /// Leaves `out` as it is, with its default, when the field is absent.
  template <class T>
  void optional(std::string_view name, T& out);
  /// A problem when the field is absent.
  template <class T>
  void required(std::string_view name, T& out);
  /// The field is known, and read elsewhere.
  void skip(std::string_view name) { known_.push_back(name); }
  /// Whatever no call above has named; null when there is nothing. The last call.
  void rest(nlohmann::json& unknown) const;

 private:
  const nlohmann::json* find(std::string_view name);

  Source source_;
  std::vector<std::string_view> known_;
};

/// Whether the value is of that type; notes the problem if not.
bool is_array(const Source& source);
bool is_object(const Source& source);
/// The index of the text among `words`; notes the problem when it is none of them.
std::optional<std::size_t> find_word(const Source& source, std::span<const std::string_view> words);

/// An object of its own type: the generated `read_fields(ObjectReader&, T&)` knows its fields.
template <class T>
void read(const Source& source, T& out) {
  ObjectReader in(source);
  read_fields(in, out);
}

template <Word E>
void read(const Source& source, E& out) {
  if (const auto index = find_word(source, words_of(E{}))) out = static_cast<E>(*index);
}

template <class T>
void read(const Source& source, std::vector<T>& out) {
  if (!is_array(source)) return;
  out.reserve(source.value.size());
  for (std::size_t i = 0; i < source.value.size(); ++i)
    read(Source{source.value[i], source.path.item(i), source.problem}, out.emplace_back());
}

template <class T>
void read(const Source& source, std::map<std::string, T>& out) {
  if (!is_object(source)) return;
  for (const auto& [key, value] : source.value.items())
    read(Source{value, source.path.entry(key), source.problem}, out[key]);
}

template <class T>
void read(const Source& source, std::optional<T>& out) {
  read(source, out.emplace());
}

template <class T>
void ObjectReader::optional(std::string_view name, T& out) {
  if (const nlohmann::json* value = find(name)) read(Source{*value, source_.path.field(name), source_.problem}, out);
}

template <class T>
void ObjectReader::required(std::string_view name, T& out) {
  if (const nlohmann::json* value = find(name))
    read(Source{*value, source_.path.field(name), source_.problem}, out);
  else if (source_.problem.empty())
    source_.problem = source_.path.field(name).to_string() + ": is required";
}

}  // namespace guildhall::api
