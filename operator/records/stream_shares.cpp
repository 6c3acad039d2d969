#include "operator/records/stream_shares.hpp"

namespace guildhall::records {

std::shared_ptr<const void> StreamShares::take(const std::string& user) {
  const std::scoped_lock lock(count_->mutex);
  int& streams = count_->of[user];
  if (streams >= most_of_one_) return nullptr;
  ++streams;
  return {static_cast<const void*>(count_.get()), [count = count_, user](const void*) {
            const std::scoped_lock release(count->mutex);
            if (--count->of[user] == 0) count->of.erase(user);
          }};
}

}  // namespace guildhall::records
