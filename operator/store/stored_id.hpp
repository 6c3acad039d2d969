#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace guildhall::store {

/// An entry's id as it is kept: pairs of lower-case hexadecimal digits as the bytes that they mean, which halves it;
/// anything else as the text that it is. So no two ids are kept alike.
class StoredId {
 public:
  explicit StoredId(std::string_view id);

  /// What bind_to() binds, of a text its characters.
  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return bytes_; }

  /// The bytes or the text.
  template <class Query>
  void bind_to(Query& query, int place) const {
    if (is_text_) {
      query.bind(place, id_);
    } else {
      query.bind(place, std::span<const std::uint8_t>(bytes_));
    }
  }

 private:
  std::string_view id_;
  std::vector<std::uint8_t> bytes_;
  bool is_text_ = false;
};

}  // namespace guildhall::store
