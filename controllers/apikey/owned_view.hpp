#pragma once

#include <string>

#include "operator/core/object_meta.hpp"
#include "operator/core/resource_type.hpp"

namespace guildhall::controllers::apikey {

/// What is kept of an object that an Organization may own.
struct OwnedView {
  core::ObjectKey key;
  std::string uid;
  std::string resource_version;
  bool deleting = false;
  std::string organization;  ///< the name of the owning Organization; empty: none owns it
  std::string owner_uid;     ///< its UID
  bool is_labelled = false;  ///< as managed by Guildhall
  bool is_marked = false;    ///< by its type, label or annotations, as one of ours, whoever owns it
  bool operator==(const OwnedView&) const = default;
};

/// Without is_marked, which is each kind's own.
OwnedView owned_view_of(const core::ObjectMeta& meta);

}  // namespace guildhall::controllers::apikey
