#pragma once

#include "controllers/organization/caches.hpp"
#include "controllers/organization/claim.hpp"
#include "operator/runtime/reconciler.hpp"

namespace guildhall::controllers::organization {

/// Joins gather and plan for Organizations. The caches outlive it.
class Reconciler final : public runtime::Reconciler {
 public:
  Reconciler(const Caches& caches, ProtectedNamespaces protected_namespaces)
      : caches_(caches), protected_namespaces_(std::move(protected_namespaces)) {}

  [[nodiscard]] std::string_view name() const override { return "organization"; }
  [[nodiscard]] const core::ResourceType& type() const override;
  [[nodiscard]] std::string_view finalizer() const override;
  core::Result<runtime::Work> reconcile(const core::ObjectKey& key, const std::vector<core::WriteFailure>& failures,
                                        core::Timestamp now) override;

 private:
  Caches caches_;
  ProtectedNamespaces protected_namespaces_;
};

}  // namespace guildhall::controllers::organization
