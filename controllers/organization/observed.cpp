#include "controllers/organization/observed.hpp"

#include "controllers/organization/names.hpp"

namespace guildhall::controllers::organization {

std::string home_namespace(const api::Organization& organization) {
  return organization.spec.home_namespace.value_or(organization.metadata.name);
}

Claim claim_of(const api::Organization& organization) {
  return {organization.metadata.name, organization.metadata.uid};
}

bool is_paused(const api::Organization& organization) {
  return organization.metadata.annotation(kPausedAnnotation) == "true";
}

}  // namespace guildhall::controllers::organization
