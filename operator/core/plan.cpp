#include "operator/core/plan.hpp"

namespace guildhall::core {

bool Plan::writes_nothing() const {
  return finalizer == FinalizerChange::None && !status && apply.empty() && remove.empty() && audit.empty();
}

}  // namespace guildhall::core
