#pragma once

#include <functional>

#include "controllers/member/gather.hpp"
#include "operator/runtime/reconciler.hpp"

namespace guildhall::controllers::member {

/// What a Member's reconcile needs from outside. References outlive the reconciler.
struct Dependencies {
  const core::Sealer& sealer;
  organization::IdentityRules identity;
  Means means;
  std::function<SeenActivity(const api::Member& member)> activity = {};  ///< what is known of it; empty: nothing
};

/// Joins gather and plan for Members. The caches outlive it.
class Reconciler final : public runtime::Reconciler {
 public:
  Reconciler(const Caches& caches, Dependencies dependencies)
      : caches_(caches), dependencies_(std::move(dependencies)) {}

  [[nodiscard]] std::string_view name() const override { return "member"; }
  [[nodiscard]] const core::ResourceType& type() const override;
  [[nodiscard]] std::string_view finalizer() const override;
  core::Result<runtime::Work> reconcile(const core::ObjectKey& key, const std::vector<core::WriteFailure>& failures,
                                        core::Timestamp now) override;

 private:
  Caches caches_;
  Dependencies dependencies_;
};

}  // namespace guildhall::controllers::member
