#include "controllers/organization/reconciler.hpp"

#include "controllers/organization/gather.hpp"
#include "controllers/organization/names.hpp"
#include "controllers/organization/plan.hpp"

namespace guildhall::controllers::organization {

const core::ResourceType& Reconciler::type() const {
  return api::organization_type();
}

std::string_view Reconciler::finalizer() const {
  return kFinalizer;
}

core::Result<runtime::Work> Reconciler::reconcile(const core::ObjectKey& key,
                                                  const std::vector<core::WriteFailure>& failures,
                                                  core::Timestamp now) {
  const auto seen = gather(caches_, key.name, protected_namespaces_, failures);
  if (!seen) return runtime::Work{};
  const core::ObjectMeta& meta = seen->organization.metadata;
  runtime::Work work;
  work.primary = runtime::Primary{meta.uid, meta.resource_version, meta.finalizers};
  work.plan = plan(*seen, now);
  return work;
}

}  // namespace guildhall::controllers::organization
