#pragma once

#include <string>
#include <string_view>

#include "operator/core/result.hpp"

namespace guildhall::plugin {

/// A file that stands there whole, or not at all: until keep() it has another name beside its own, and without keep()
/// it goes. Only its owner may read it. Errors of its calls: Invalid, with the path and the system's words.
class ExportFile {
 public:
  /// What is there already is replaced by keep(), unless it is no plain file, which is refused; a symbolic link is
  /// followed.
  static core::Result<ExportFile> create(const std::string& path);

  ExportFile(ExportFile&& other) noexcept;
  ExportFile(const ExportFile&) = delete;
  ExportFile& operator=(ExportFile&&) = delete;
  ExportFile& operator=(const ExportFile&) = delete;
  ~ExportFile();

  core::Result<void> write(std::string_view text);
  /// All that was written is on the disk under the file's own name when this is a value.
  core::Result<void> keep();

 private:
  ExportFile(std::string path, std::string temporary, int file);
  core::Result<void> flush();
  [[nodiscard]] std::unexpected<core::Error> failed() const;

  std::string path_;
  std::string temporary_;  ///< empty: nothing is to be removed
  std::string buffer_;
  int file_;
};

}  // namespace guildhall::plugin
