#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/core/condition.hpp"
#include "operator/core/object_meta.hpp"
#include "operator/core/result.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::api {

class FieldReader;

/// Where a value stands in its document, as a chain up to the root: written out only when an error needs it.
struct JsonPath {
  const JsonPath* parent = nullptr;
  std::string_view name;  ///< of the member, or empty for an element of a list
  std::size_t index = 0;
  /// "spec.rotation.every", "status.keys[0].id".
  [[nodiscard]] std::string to_string() const;
};

/// The first thing that is wrong with a document. Reading goes on, so that generated code needs no branches.
struct ReadProblem {
  std::optional<core::Error> error;
  /// "<path>: expected a string, got a number".
  void expected(const char* what, const nlohmann::json& value, const JsonPath& path);
  void note(std::string message, const JsonPath& path);
};

// How each type of a schema is read. Generated code adds overloads for its enums (parse_enum) and objects (read), found
// by their namespace.
void read_value(const nlohmann::json& value, const JsonPath& path, ReadProblem& problem, std::string& out);
void read_value(const nlohmann::json& value, const JsonPath& path, ReadProblem& problem, bool& out);
void read_value(const nlohmann::json& value, const JsonPath& path, ReadProblem& problem, std::int64_t& out);
void read_value(const nlohmann::json& value, const JsonPath& path, ReadProblem& problem, core::Timestamp& out);
void read_value(const nlohmann::json& value, const JsonPath& path, ReadProblem& problem, core::Condition& out);
void read_value(const nlohmann::json& value, const JsonPath& path, ReadProblem& problem,
                std::map<std::string, std::string>& out);

template <class T>
concept ParsedEnum = requires(std::string_view text, T& out) {
  { parse_enum(text, out) } -> std::same_as<bool>;
};
template <class T>
concept ParsedObject = requires(FieldReader& in, T& out) { read(in, out); };

template <ParsedEnum T>
void read_value(const nlohmann::json& value, const JsonPath& path, ReadProblem& problem, T& out);
template <ParsedObject T>
void read_value(const nlohmann::json& value, const JsonPath& path, ReadProblem& problem, T& out);
template <class T>
void read_value(const nlohmann::json& value, const JsonPath& path, ReadProblem& problem, std::vector<T>& out);

/// Reads the members of one object. A null is read as absent. What no call asked for is left for rest().
class FieldReader {
 public:
  FieldReader(const nlohmann::json& object, const JsonPath& path, ReadProblem& problem)
      : object_(object), path_(path), problem_(problem) {
    if (!object.is_object()) problem.expected("an object", object, path);
  }

  template <class T>
  void required(const char* name, T& out) {
    if (const nlohmann::json* value = find(name)) {
      read_value(*value, JsonPath{&path_, name, 0}, problem_, out);
    } else {
      problem_.note("is required", JsonPath{&path_, name, 0});
    }
  }
  template <class T>
  void optional(const char* name, T& out) {
    if (const nlohmann::json* value = find(name)) read_value(*value, JsonPath{&path_, name, 0}, problem_, out);
  }
  template <class T>
  void optional(const char* name, std::optional<T>& out) {
    if (const nlohmann::json* value = find(name))
      read_value(*value, JsonPath{&path_, name, 0}, problem_, out.emplace());
  }
  /// Passes a member over without reading it.
  void known(const char* name) { find(name); }
  /// The members that nobody asked for; null when there are none.
  [[nodiscard]] nlohmann::json rest() const;

 private:
  const nlohmann::json* find(const char* name);

  const nlohmann::json& object_;
  const JsonPath& path_;
  ReadProblem& problem_;
  std::vector<std::string_view> known_;
};

template <ParsedEnum T>
void read_value(const nlohmann::json& value, const JsonPath& path, ReadProblem& problem, T& out) {
  if (!value.is_string()) return problem.expected("a string", value, path);
  if (!parse_enum(value.get_ref<const std::string&>(), out))
    problem.note("'" + value.get<std::string>() + "' is not one of its values", path);
}

template <ParsedObject T>
void read_value(const nlohmann::json& value, const JsonPath& path, ReadProblem& problem, T& out) {
  FieldReader in(value, path, problem);
  read(in, out);
}

template <class T>
void read_value(const nlohmann::json& value, const JsonPath& path, ReadProblem& problem, std::vector<T>& out) {
  if (!value.is_array()) return problem.expected("a list", value, path);
  out.reserve(value.size());
  for (std::size_t i = 0; i < value.size(); ++i)
    read_value(value[i], JsonPath{&path, {}, i}, problem, out.emplace_back());
}

// The way back.
nlohmann::json json_of(const std::string& value);
nlohmann::json json_of(bool value);
nlohmann::json json_of(std::int64_t value);
nlohmann::json json_of(core::Timestamp value);
nlohmann::json json_of(const core::Condition& value);
nlohmann::json json_of(const std::map<std::string, std::string>& value);

template <class T>
concept WrittenEnum = std::is_enum_v<T>;
template <class T>
concept WrittenObject = requires(const T& value) {
  { to_json(value) } -> std::same_as<nlohmann::json>;
};

template <WrittenEnum T>
nlohmann::json json_of(T value) {
  return std::string(to_string(value));
}
template <WrittenObject T>
nlohmann::json json_of(const T& value) {
  return to_json(value);
}
template <class T>
nlohmann::json json_of(const std::vector<T>& list) {
  nlohmann::json array = nlohmann::json::array();
  for (const T& element : list)
    array.push_back(json_of(element));
  return array;
}

/// Writes the members of one object, on top of those that it did not know.
class FieldWriter {
 public:
  explicit FieldWriter(const nlohmann::json& unknown)
      : object_(unknown.is_null() ? nlohmann::json::object() : unknown) {}

  template <class T>
  void always(const char* name, const T& value) {
    object_[name] = json_of(value);
  }
  /// Leaves out what is unset, empty, or false.
  template <class T>
  void when_set(const char* name, const std::optional<T>& value) {
    if (value) object_[name] = json_of(*value);
  }
  void when_set(const char* name, bool value) {
    if (value) object_[name] = true;
  }
  template <class T>
  void when_set(const char* name, const std::vector<T>& value) {
    if (!value.empty()) object_[name] = json_of(value);
  }
  void when_set(const char* name, const std::map<std::string, std::string>& value) {
    if (!value.empty()) object_[name] = json_of(value);
  }
  [[nodiscard]] nlohmann::json take() { return std::move(object_); }

 private:
  nlohmann::json object_;
};

/// `metadata` as far as ObjectMeta holds it.
nlohmann::json metadata_json(const core::ObjectMeta& metadata);

}  // namespace guildhall::api
