#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "operator/api/words.hpp"
#include "operator/core/condition.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::api {

nlohmann::json write(const std::string& value);
nlohmann::json write(bool value);
nlohmann::json write(std::int64_t value);
/// metav1.Time; with its fraction where it has one, so that nothing is lost.
nlohmann::json write(core::Timestamp value);
nlohmann::json write(const core::Condition& value);
nlohmann::json write(const nlohmann::json& value);

/// An object of its own type: `to_json(const T&)` is generated.
template <class T>
nlohmann::json write(const T& value) {
  return to_json(value);
}

template <Word E>
nlohmann::json write(const E& value) {
  return to_string(value);
}

template <class T>
nlohmann::json write(const std::vector<T>& values) {
  nlohmann::json array = nlohmann::json::array();
  for (const T& value : values)
    array.push_back(write(value));
  return array;
}

template <class T>
nlohmann::json write(const std::map<std::string, T>& values) {
  nlohmann::json object = nlohmann::json::object();
  for (const auto& [key, value] : values)
    object[key] = write(value);
  return object;
}

/// Writes the fields of one JSON object, on top of those that were read and are not known.
class ObjectWriter {
 public:
  explicit ObjectWriter(const nlohmann::json& unknown)
      : object_(unknown.is_object() ? unknown : nlohmann::json::object()) {}

  template <class T>
  void always(const char* name, const T& value) {
    object_[name] = write(value);
  }
  template <class T>
  void optional(const char* name, const std::optional<T>& value) {
    if (value) object_[name] = write(*value);
  }
  /// A list, a map or any object: absent and empty are the same.
  template <class T>
  void optional(const char* name, const T& value) {
    if (!value.empty()) object_[name] = write(value);
  }
  [[nodiscard]] nlohmann::json take() { return std::move(object_); }

 private:
  nlohmann::json object_;
};

}  // namespace guildhall::api
