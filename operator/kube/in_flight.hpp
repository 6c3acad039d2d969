#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>

namespace guildhall::kube {

/// Lets at most so many requests be under way at once. Thread-safe; must outlive its slots.
class InFlight {
 public:
  /// A limit below 1 counts as 1.
  explicit InFlight(int limit) : free_(limit < 1 ? 1 : limit) {}
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;
  ~InFlight() = default;

  /// One place; given back when it goes.
  class Slot {
   public:
    explicit Slot(InFlight* from) : from_(from) {}
    [[nodiscard]] bool taken() const { return from_ != nullptr; }

   private:
    struct GiveBack {
      void operator()(InFlight* from) const { from->release(); }
    };
    std::unique_ptr<InFlight, GiveBack> from_;
  };

  /// Waits for a place. Empty: `stop` was requested first.
  [[nodiscard]] Slot acquire(const std::stop_token& stop);

 private:
  void release();

  std::mutex mutex_;
  std::condition_variable_any freed_;
  int free_;
};

}  // namespace guildhall::kube
