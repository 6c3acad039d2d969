#pragma once

#include <vector>

#include "operator/plugin/member_view.hpp"
#include "operator/plugin/table.hpp"

namespace guildhall::plugin {

struct MemberColumns {
  bool with_namespace = false;  ///< first, as with `kubectl get -A`
  bool wide = false;            ///< display name, auth methods, last action and message as well
};

/// The columns of `kubectl get members`, in its order.
Table member_table(const std::vector<MemberView>& members, const MemberColumns& columns, core::Timestamp now);

}  // namespace guildhall::plugin
