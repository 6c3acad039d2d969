#include "controllers/organization/reconciler.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "controllers/organization/kept_admin.hpp"
#include "controllers/organization/names.hpp"
#include "controllers/organization/plan.hpp"
#include "controllers/organization/repairs.hpp"
#include "controllers/organization/wanted_bindings.hpp"

namespace guildhall::controllers::organization {

namespace {

bool was_invalid(const Observed& seen, const core::ObjectKey& binding) {
  const std::string object = core::describe(binding_type(binding), binding);
  return std::ranges::any_of(seen.failures, [&](const core::WriteFailure& failure) {
    return failure.kind == core::ErrorKind::Invalid && failure.object == object;
  });
}

bool is_seen(const Observed& seen, const core::ObjectKey& binding) {
  return std::ranges::find(seen.bindings, binding, &BindingView::key) != seen.bindings.end();
}

}  // namespace

const core::ResourceType& Reconciler::type() const {
  return api::organization_type();
}

std::string_view Reconciler::finalizer() const {
  return kFinalizer;
}

/// A binding that somebody made anew with another role and without our label is in no cache, and the server refuses to
/// change its role: it can only be seen by a look at the server.
core::Result<void> Reconciler::find_unlabelled_bindings(Observed& seen) const {
  for (const BindingPlace& place : wanted_bindings(seen)) {
    for (const WantedBinding& wanted : place.bindings) {
      if (!was_invalid(seen, wanted.key) || is_seen(seen, wanted.key)) continue;
      const auto looked = look_at_binding(wanted.key, seen);
      if (!looked) return looked;
    }
  }
  return {};
}

core::Result<void> Reconciler::look_at_binding(const core::ObjectKey& key, Observed& seen) const {
  const auto object = dependencies_.read(binding_type(key), key);
  if (!object && object.error().kind == core::ErrorKind::NotFound) return {};
  if (!object) return std::unexpected(object.error());
  auto binding = parse_binding_view(*object);
  if (!binding) return std::unexpected(binding.error());
  seen.bindings.push_back(std::move(*binding));
  return {};
}

Stood Reconciler::recall(const std::string& organization) const {
  const std::scoped_lock lock(mutex_);
  const auto found = stood_.find(organization);
  return found == stood_.end() ? Stood{} : found->second;
}

void Reconciler::remember(const std::string& organization, Stood stood) {
  const std::scoped_lock lock(mutex_);
  if (stood.empty()) {
    stood_.erase(organization);
  } else {
    stood_[organization] = std::move(stood);
  }
}

core::Result<runtime::Work> Reconciler::reconcile(const core::ObjectKey& key,
                                                  const std::vector<core::WriteFailure>& failures,
                                                  core::Timestamp now) {
  auto seen = gather(caches_, dependencies_.sealer, settings_, key.name);
  if (!seen) {
    remember(key.name, {});
    return runtime::Work{};
  }
  seen->failures = failures;
  seen->stood = recall(key.name);
  if (!failures.empty()) {
    if (const auto looked = find_unlabelled_bindings(*seen); !looked) return std::unexpected(looked.error());
  }
  if (dependencies_.let_go_at && misses_its_admins(*seen)) {
    const auto at = dependencies_.let_go_at(key.name);
    if (!at) return std::unexpected(at.error());
    seen->let_go_at = *at;
  }
  const core::ObjectMeta& meta = seen->organization.metadata;
  if (dependencies_.audit_recording) seen->audit = dependencies_.audit_recording(meta);
  if (dependencies_.held_secrets) seen->held_secrets = dependencies_.held_secrets(seen->organization);
  if (dependencies_.secrets_with_tokens)
    seen->secrets_with_tokens = dependencies_.secrets_with_tokens(seen->organization);
  runtime::Work work;
  work.primary = runtime::Primary{meta.uid, meta.resource_version, meta.finalizers};
  work.plan = plan(*seen, now);
  remember(key.name, standing_as_wanted(*seen, work.plan));
  return work;
}

}  // namespace guildhall::controllers::organization
