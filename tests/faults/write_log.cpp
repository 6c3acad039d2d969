#include "tests/faults/write_log.hpp"

#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill is not in <csignal>

#include <utility>

namespace guildhall::tests::faults {

void WriteLog::kill_after(unsigned nth, pid_t pid) {
  const std::scoped_lock lock(mutex_);
  doom_ = {.writes_left = nth, .pid = pid};
}

bool WriteLog::revive() {
  const std::scoped_lock lock(mutex_);
  const auto doom = std::exchange(doom_, std::nullopt);
  return doom && doom->writes_left == 0;
}

bool WriteLog::killed() const {
  const std::scoped_lock lock(mutex_);
  return doom_ && doom_->writes_left == 0;
}

void WriteLog::add(const Request& request, unsigned status) {
  if (!is_write(request) || is_of_lease(request)) return;
  const std::scoped_lock lock(mutex_);
  writes_.push_back({.request = request, .status = status, .at = std::chrono::system_clock::now()});
  const bool took_place = status >= 200 && status < 300;
  if (!took_place || !doom_ || doom_->writes_left == 0) return;
  if (--doom_->writes_left == 0) ::kill(doom_->pid, SIGKILL);
}

std::vector<Written> WriteLog::all() const {
  const std::scoped_lock lock(mutex_);
  return writes_;
}

}  // namespace guildhall::tests::faults
