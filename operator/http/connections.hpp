#pragma once

#include <atomic>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <optional>

namespace guildhall::http {

/// An open connection, as far as the cap on their number has to know it.
class OpenConnection {
 public:
  OpenConnection() = default;
  OpenConnection(const OpenConnection&) = delete;
  OpenConnection& operator=(const OpenConnection&) = delete;
  virtual ~OpenConnection() = default;
  /// Closes it soon, from any thread. `self` is this very object.
  virtual void end(std::shared_ptr<OpenConnection> self) = 0;

  /// Lets go of whoever waits for it, which may be what keeps it. Once its thread has ended.
  virtual void abandon() = 0;

  /// For its peer: to greet, to ask, to send the rest, to go. False: it is answered, or told to end.
  std::atomic<bool> waits{true};
};

/// The connections that are open, the oldest first. Thread-safe.
class Connections {
 public:
  using Entry = std::list<std::weak_ptr<OpenConnection>>::iterator;

  /// When there are `most` that do not stream, the oldest that waits has to go for it, so that peers who say nothing
  /// keep nobody out. Unset: all are being answered.
  std::optional<Entry> admit(const std::shared_ptr<OpenConnection>& connection, std::size_t most);
  void leave(Entry entry);
  /// One streams from now on: its place is for another.
  void set_apart();
  /// It streams no more. When it is one too many again, the oldest that waits has to go.
  void take_back(std::size_t most);
  void abandon_all();

 private:
  bool end_oldest();

  std::mutex mutex_;
  std::list<std::weak_ptr<OpenConnection>> open_;
  std::size_t streaming_ = 0;  ///< so many of them
};

}  // namespace guildhall::http
