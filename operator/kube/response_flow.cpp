#include "operator/kube/response_flow.hpp"

#include <utility>

namespace guildhall::kube {

namespace {

constexpr std::size_t kEnough = 64U << 10U;

}  // namespace

void ResponseFlow::set_head(HttpResponse head) {
  const std::scoped_lock lock(mutex_);
  head_ = std::move(head);
  changed_.notify_all();
}

bool ResponseFlow::keep(std::string_view bytes, Resume& resume) {
  const std::scoped_lock lock(mutex_);
  if (abandoned_) return true;
  bytes_ += bytes;
  changed_.notify_all();
  if (bytes_.size() <= kEnough) return true;
  resume_ = std::move(resume);
  return false;
}

void ResponseFlow::put(std::string_view bytes, Resume resume) {
  // Not under the lock: it may put more at once.
  if (keep(bytes, resume)) resume();
}

void ResponseFlow::end(std::optional<core::Error> failure) {
  const std::scoped_lock lock(mutex_);
  if (ended_) return;
  ended_ = true;
  failure_ = std::move(failure);
  changed_.notify_all();
}

template <class Ready>
core::Result<void> ResponseFlow::wait(std::unique_lock<std::mutex>& lock, Time deadline, const std::stop_token& stop,
                                      Ready ready) {
  changed_.wait_until(lock, stop, deadline, [&] { return ready() || ended_; });
  if (ready()) return {};
  if (stop.stop_requested()) return core::fail(core::ErrorKind::Canceled, "stopped");
  if (ended_ && failure_) return std::unexpected(*failure_);
  if (ended_) return {};
  return core::fail(core::ErrorKind::Timeout, "no answer in time");
}

core::Result<HttpResponse> ResponseFlow::take_head(Time deadline, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  if (auto waited = wait(lock, deadline, stop, [this] { return head_.has_value(); }); !waited)
    return std::unexpected(std::move(waited.error()));
  if (!head_) return core::fail(core::ErrorKind::Unavailable, "the connection was closed before an answer");
  return std::move(*head_);
}

core::Result<std::string> ResponseFlow::take_bytes(Time deadline, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  if (stop.stop_requested()) return core::fail(core::ErrorKind::Canceled, "stopped");
  if (auto waited = wait(lock, deadline, stop, [this] { return !bytes_.empty(); }); !waited)
    return std::unexpected(std::move(waited.error()));
  std::string taken = std::exchange(bytes_, {});
  const Resume resume = std::exchange(resume_, nullptr);
  lock.unlock();
  if (resume) resume();
  return taken;
}

void ResponseFlow::abandon() {
  std::unique_lock lock(mutex_);
  abandoned_ = true;
  bytes_.clear();
  const Resume resume = std::exchange(resume_, nullptr);
  lock.unlock();
  if (resume) resume();
}

}  // namespace guildhall::kube
