#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace guildhall::records {

/// Decodes %41; unset when a % is not followed by two hexadecimal digits. A plus stays one.
std::optional<std::string> percent_decoded(std::string_view text);

/// The parameters of a query, in order, decoded as Go's net/url does: a plus is a space; what cannot be decoded, and
/// what holds a semicolon, is left out. Source: WHATWG URL, "application/x-www-form-urlencoded parsing".
class Query {
 public:
  explicit Query(std::string_view text);

  /// The first of that name, as Kubernetes reads its options; unset: there is none.
  [[nodiscard]] std::optional<std::string> first(std::string_view name) const;
  /// All of that name.
  [[nodiscard]] std::vector<std::string> all(std::string_view name) const;
  /// Of all parameters, in order, as often as they come.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

}  // namespace guildhall::records
