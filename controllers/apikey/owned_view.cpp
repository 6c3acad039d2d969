#include "controllers/apikey/owned_view.hpp"

#include "controllers/apikey/names.hpp"

namespace guildhall::controllers::apikey {

OwnedView owned_view_of(const core::ObjectMeta& meta) {
  const core::OwnerReference owner = core::controlling_owner(meta);
  const bool is_owned = owner.kind == "Organization";
  return {.key = meta.key(),
          .uid = meta.uid,
          .resource_version = meta.resource_version,
          .deleting = meta.is_deleting(),
          .organization = is_owned ? owner.name : "",
          .owner_uid = is_owned ? owner.uid : "",
          .is_labelled = meta.label(kManagedByLabel) == kManagedByValue,
          .is_marked = false};
}

}  // namespace guildhall::controllers::apikey
