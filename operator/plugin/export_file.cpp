#include "operator/plugin/export_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace guildhall::plugin {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBuffer = 64UL * 1024;

std::unexpected<core::Error> fail_at(const std::string& path, const std::string& why) {
  return core::fail(core::ErrorKind::Invalid, path + ": " + why);
}

std::string system_words() {
  return std::generic_category().message(errno);
}

/// The file that is meant; its name need not exist.
core::Result<std::string> file_at(const std::string& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) return path;
  if (status.type() == fs::file_type::none) return fail_at(path, error.message());
  if (status.type() != fs::file_type::regular)
    return fail_at(path, "is no plain file; without --file it all goes to standard output");
  const fs::path whole = fs::canonical(path, error);
  return error ? core::Result<std::string>(fail_at(path, error.message())) : whole.string();
}

/// A new name outlives a crash only when its folder is on the disk, too. Not all file systems can do that.
void sync_folder_of(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  const int opened = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return;
  ::fsync(opened);
  ::close(opened);
}

}  // namespace

core::Result<ExportFile> ExportFile::create(const std::string& path) {
  auto target = file_at(path);
  if (!target) return std::unexpected(std::move(target.error()));
  std::string temporary = *target + ".part-XXXXXX";
  const int file = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (file < 0) return fail_at(path, system_words());
  return ExportFile(*std::move(target), std::move(temporary), file);
}

ExportFile::ExportFile(std::string path, std::string temporary, int file)
    : path_(std::move(path)), temporary_(std::move(temporary)), file_(file) {
  buffer_.reserve(2 * kBuffer);
}

ExportFile::ExportFile(ExportFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      buffer_(std::move(other.buffer_)),
      file_(std::exchange(other.file_, -1)) {}

ExportFile::~ExportFile() {
  if (file_ >= 0) ::close(file_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

core::Result<void> ExportFile::write(std::string_view text) {
  buffer_ += text;
  return buffer_.size() < kBuffer ? core::Result<void>() : flush();
}

core::Result<void> ExportFile::flush() {
  std::string_view left = buffer_;
  while (!left.empty()) {
    const ssize_t written = ::write(file_, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed();
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
  return {};
}

core::Result<void> ExportFile::keep() {
  if (auto flushed = flush(); !flushed) return flushed;
  if (::fsync(file_) != 0) return failed();
  if (::close(std::exchange(file_, -1)) != 0) return failed();
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) return failed();
  temporary_.clear();
  sync_folder_of(path_);
  return {};
}

std::unexpected<core::Error> ExportFile::failed() const {
  return fail_at(path_, system_words());
}

}  // namespace guildhall::plugin
