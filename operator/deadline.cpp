#include "operator/deadline.hpp"

#include <utility>

#include "operator/kube/retry.hpp"

namespace guildhall {

Deadline::Deadline(std::stop_source source, std::chrono::milliseconds time)
    : waits_([source = std::move(source), time](const std::stop_token& is_over) mutable {
        if (kube::pause(time, is_over)) source.request_stop();
      }) {}

}  // namespace guildhall
