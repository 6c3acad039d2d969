#pragma once

#include <cstddef>
#include <filesystem>

#include "tests/unit/operator/store/temporary_directory.hpp"

namespace guildhall::store {

/// A volume of its own (tmpfs), of a few bytes, that this process alone sees. It ends with the process at the latest.
class PrivateVolume {
 public:
  explicit PrivateVolume(std::size_t bytes);
  PrivateVolume(const PrivateVolume&) = delete;
  PrivateVolume& operator=(const PrivateVolume&) = delete;
  ~PrivateVolume();

  [[nodiscard]] const std::filesystem::path& path() const { return directory_.path(); }
  /// Leaves no room in it, until make_room().
  void fill();
  void make_room();
  /// Nothing of it may be open to be written.
  void make_read_only(bool read_only);

 private:
  TemporaryDirectory directory_;
};

}  // namespace guildhall::store
