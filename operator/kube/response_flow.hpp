#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "operator/core/result.hpp"
#include "operator/kube/transport.hpp"

namespace guildhall::kube {

/// One answer on its way from the HTTP library's threads to the thread that waits for it: first its head, then its
/// bytes, then its end. Whoever waits never waits for the library itself: it leaves on a deadline or on `stop`, and
/// what arrives later is thrown away. Thread-safe.
class ResponseFlow {
 public:
  using Time = std::chrono::steady_clock::time_point;
  /// Told when more bytes are wanted, so that no more than about 64 KiB wait here: several caches are filled at once.
  using Resume = std::function<void()>;

  // For the HTTP library.
  void set_head(HttpResponse head);
  /// Calls `resume` at once, or when the bytes before have been taken.
  void put(std::string_view bytes, Resume resume);
  /// The end, by the server (no error) or by a failure. The first one counts.
  void end(std::optional<core::Error> failure);

  // For the thread that waits. Errors: Timeout at `deadline`, Canceled, and what end() was told.
  core::Result<HttpResponse> take_head(Time deadline, const std::stop_token& stop);
  /// All bytes that are there, at least one; empty: the end.
  core::Result<std::string> take_bytes(Time deadline, const std::stop_token& stop);
  /// Nobody waits any more: what arrives is thrown away.
  void abandon();

 private:
  /// True: whoever brought them may go on at once. Else `resume` is kept until there is room.
  bool keep(std::string_view bytes, Resume& resume);
  template <class Ready>
  core::Result<void> wait(std::unique_lock<std::mutex>& lock, Time deadline, const std::stop_token& stop, Ready ready);

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<HttpResponse> head_;
  std::string bytes_;
  Resume resume_;
  bool ended_ = false;
  bool abandoned_ = false;
  std::optional<core::Error> failure_;
};

}  // namespace guildhall::kube
