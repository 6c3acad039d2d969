#include "tests/unit/operator/store/private_volume.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace guildhall::store {
namespace {

void require(int result, const char* what) {
  if (result != 0) throw std::runtime_error(fmt::format("{}: {}", what, std::strerror(errno)));
}

/// Mounts of this thread, and of those that it starts, are its own. Not root: in a user namespace, where one may mount.
void part_mounts() {
  static const bool done = [] {
    require(::unshare(::geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS), "unshare");
    require(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "mount --make-rprivate /");
    return true;
  }();
  static_cast<void>(done);
}

}  // namespace

PrivateVolume::PrivateVolume(std::size_t bytes) {
  part_mounts();
  require(::mount("tmpfs", path().c_str(), "tmpfs", 0, fmt::format("size={}", bytes).c_str()), "mount tmpfs");
}

PrivateVolume::~PrivateVolume() {
  ::umount2(path().c_str(), MNT_DETACH);
}

void PrivateVolume::fill() {
  const int file = ::open((path() / "filler").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const std::vector<char> block(4096, 'x');
  while (::write(file, block.data(), block.size()) > 0) {
  }
  ::close(file);
}

void PrivateVolume::make_room() {
  std::filesystem::remove(path() / "filler");
}

void PrivateVolume::make_read_only(bool read_only) {
  unsigned long flags = MS_REMOUNT;
  if (read_only) flags |= MS_RDONLY;
  require(::mount("tmpfs", path().c_str(), "tmpfs", flags, nullptr), "remount");
}

}  // namespace guildhall::store
