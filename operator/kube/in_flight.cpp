#include "operator/kube/in_flight.hpp"

namespace guildhall::kube {

InFlight::Slot InFlight::acquire(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  if (stop.stop_requested() || !freed_.wait(lock, stop, [this] { return free_ > 0; })) return Slot(nullptr);
  --free_;
  return Slot(this);
}

void InFlight::release() {
  {
    const std::scoped_lock lock(mutex_);
    ++free_;
  }
  freed_.notify_one();
}

}  // namespace guildhall::kube
