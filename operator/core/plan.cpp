#include "operator/core/plan.hpp"

#include <algorithm>

namespace guildhall::core {

bool Plan::writes_nothing() const {
  return finalizer == FinalizerChange::None && !status && apply.empty() && remove.empty() && audit.empty();
}

void Plan::look_again_at(Timestamp at, Timestamp now) {
  const auto after = std::max(std::chrono::ceil<std::chrono::milliseconds>(at - now), std::chrono::milliseconds{0});
  look_again_after = look_again_after ? std::min(*look_again_after, after) : after;
}

}  // namespace guildhall::core
