#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "controllers/apikey/gather.hpp"
#include "controllers/apikey/secret_object.hpp"
#include "controllers/apikey/token.hpp"
#include "controllers/apikey/token_reading.hpp"
#include "operator/core/random.hpp"
#include "operator/runtime/reconciler.hpp"

namespace guildhall::controllers::apikey {

/// What an ApiKey's reconcile needs from outside. References outlive the reconciler.
struct Dependencies {
  core::RandomSource& random;
  const core::Sealer& sealer;
  Codec codec;
  ObjectReader read;
  EnforcementLook enforcement_trouble;
};

/// Joins gather and plan for ApiKeys, and fills tokens into Secrets just before they are written.
class Reconciler final : public runtime::Reconciler {
 public:
  Reconciler(const Caches& caches, Dependencies dependencies);

  [[nodiscard]] std::string_view name() const override { return "apikey"; }
  [[nodiscard]] const core::ResourceType& type() const override;
  [[nodiscard]] std::string_view finalizer() const override;
  core::Result<runtime::Work> reconcile(const core::ObjectKey& key, const std::vector<core::WriteFailure>& failures,
                                        core::Timestamp now) override;

 private:
  struct Drawn {
    FreshToken token;
    std::string hash;
  };

  [[nodiscard]] std::shared_ptr<const Drawn> draw(const api::ApiKey& key);
  void keep_or_forget(const core::ObjectKey& key, std::shared_ptr<const Drawn> drawn, bool on_its_way);
  [[nodiscard]] core::Plan plan_within_quota(Observed& seen, core::Timestamp now);
  [[nodiscard]] runtime::FillIn fill_in(const Observed& seen, std::shared_ptr<const Drawn> drawn) const;

  Dependencies dependencies_;
  Gatherer gatherer_;
  std::mutex mutex_;
  /// Tokens whose hash stands in a status as Issuing and whose Secret is not written yet: were a new one drawn at each
  /// try, each try would change the status, and a Secret that the server refuses would be tried without end or pause.
  std::map<core::ObjectKey, std::shared_ptr<const Drawn>> on_their_way_;
  std::mutex quota_mutex_;
  /// Several workers plan at the same time, and a cache shows a token only some time after it was decided on: without
  /// this, each of them would give the last room away.
  GrantedRoom granted_;
};

}  // namespace guildhall::controllers::apikey
