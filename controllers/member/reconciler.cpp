#include "controllers/member/reconciler.hpp"

#include "controllers/member/names.hpp"
#include "controllers/member/plan.hpp"

namespace guildhall::controllers::member {

const core::ResourceType& Reconciler::type() const {
  return api::member_type();
}

std::string_view Reconciler::finalizer() const {
  return kFinalizer;
}

core::Result<runtime::Work> Reconciler::reconcile(const core::ObjectKey& key,
                                                  const std::vector<core::WriteFailure>& failures,
                                                  core::Timestamp now) {
  auto seen = gather(caches_, dependencies_.sealer, dependencies_.identity, key, now);
  if (!seen) return runtime::Work{};
  if (dependencies_.activity) seen->activity = dependencies_.activity(seen->member);
  seen->failures = failures;
  seen->sends_mail = dependencies_.means.sends_mail;
  seen->serves_page = dependencies_.means.serves_page;
  const core::ObjectMeta& meta = seen->member.metadata;
  runtime::Work work;
  work.primary = runtime::Primary{meta.uid, meta.resource_version, meta.finalizers};
  work.plan = plan(*seen, now);
  return work;
}

}  // namespace guildhall::controllers::member
