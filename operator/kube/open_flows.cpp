#include "operator/kube/open_flows.hpp"

#include <condition_variable>
#include <mutex>

namespace guildhall::kube {

class OpenFlows::Count {
 public:
  void add() {
    const std::scoped_lock lock(mutex_);
    ++open_;
  }
  void remove() {
    const std::scoped_lock lock(mutex_);
    if (--open_ == 0) none_.notify_all();
  }
  bool wait_until_none(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    return none_.wait_until(lock, deadline, [this] { return open_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_;
  int open_ = 0;
};

OpenFlows::OpenFlows() : count_(std::make_shared<Count>()) {}

OpenFlows::~OpenFlows() = default;

std::shared_ptr<ResponseFlow> OpenFlows::make() {
  auto flow = std::make_unique<ResponseFlow>();
  count_->add();
  return {flow.release(), [count = count_](ResponseFlow* gone) {
            std::default_delete<ResponseFlow>{}(gone);
            count->remove();
          }};
}

bool OpenFlows::wait_until_none(std::chrono::steady_clock::time_point deadline) {
  return count_->wait_until_none(deadline);
}

}  // namespace guildhall::kube
