#include "operator/line_output.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace guildhall {

namespace {

constexpr int kPollMilliseconds = 200;
/// A pipe that poll(2) calls writable takes so much without blocking (pipe(7), PIPE_BUF).
constexpr std::size_t kChunk = 4096;

core::Error failed(const char* what) {
  core::Error error;
  error.kind = core::ErrorKind::Unavailable;
  error.message = fmt::format("{}: {}", what, std::strerror(errno));
  return error;
}

}  // namespace

core::Result<void> LineOutput::write(std::string_view lines, const std::stop_token& stop) {
  const std::scoped_lock lock(mutex_);
  while (!lines.empty()) {
    if (stop.stop_requested()) return core::fail(core::ErrorKind::Canceled, "stopped");
    pollfd waits{.fd = descriptor_, .events = POLLOUT, .revents = 0};
    const int ready = poll(&waits, 1, kPollMilliseconds);
    if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    if (ready < 0) return std::unexpected(failed("poll"));
    const ssize_t written = ::write(descriptor_, lines.data(), std::min(lines.size(), kChunk));
    if (written < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (written < 0) return std::unexpected(failed("standard output cannot be written"));
    lines.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace guildhall
