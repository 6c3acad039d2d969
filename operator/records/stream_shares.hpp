#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace guildhall::records {

/// How many watches and exports each user reads, so that one user leaves some to all others. Thread-safe.
class StreamShares {
 public:
  explicit StreamShares(int most_of_one) : most_of_one_(most_of_one) {}

  /// One more of that user, for as long as what is returned lives. Null: it has as many as it may.
  [[nodiscard]] std::shared_ptr<const void> take(const std::string& user);

 private:
  struct Count {
    std::mutex mutex;
    std::map<std::string, int> of;
  };

  const int most_of_one_;
  std::shared_ptr<Count> count_ = std::make_shared<Count>();  ///< a stream may outlive this
};

}  // namespace guildhall::records
