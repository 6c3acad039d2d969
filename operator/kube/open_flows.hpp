#pragma once

#include <chrono>
#include <memory>

#include "operator/kube/response_flow.hpp"

namespace guildhall::kube {

/// Makes flows, and knows which of them somebody still holds: an exchange that was given up stays with the HTTP
/// library's threads until they have taken it apart, and a process that ends before that loses what they hold.
/// Thread-safe. Its flows may outlive it.
class OpenFlows {
 public:
  OpenFlows();
  OpenFlows(const OpenFlows&) = delete;
  OpenFlows& operator=(const OpenFlows&) = delete;
  ~OpenFlows();

  /// A new one; it counts as open until its last reference has gone.
  [[nodiscard]] std::shared_ptr<ResponseFlow> make();
  /// Whether none was open any more before `deadline`.
  bool wait_until_none(std::chrono::steady_clock::time_point deadline);

 private:
  class Count;
  std::shared_ptr<Count> count_;
};

}  // namespace guildhall::kube
