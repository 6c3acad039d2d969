#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "controllers/member/gather.hpp"
#include "controllers/member/mail_ledger.hpp"
#include "controllers/member/post.hpp"
#include "operator/core/codec.hpp"
#include "operator/core/random.hpp"
#include "operator/core/secret_text.hpp"
#include "operator/runtime/reconciler.hpp"

namespace guildhall::controllers::member {

/// Reads an object from the API server. Errors: as of a read.
using ObjectReader =
    std::function<core::Result<nlohmann::json>(const core::ResourceType& type, const core::ObjectKey& at)>;

/// What a Member's reconcile needs from outside. References outlive the reconciler.
struct Dependencies {
  const core::Sealer& sealer;
  organization::IdentityRules identity;
  Means means;
  core::RandomSource& random;
  core::Codec codec;
  ObjectReader read;
  Post& post;
  std::function<std::string(const api::Member& member)> creator;  ///< the user that made it; "" when it is not known
  organization::ProtectedNamespaces protected_namespaces;
  std::function<void(const core::ObjectKey& member)> wake;          ///< has it looked at again
  std::function<SeenActivity(const api::Member& member)> activity;  ///< what is known of it; empty: nothing
};

/// Joins gather and plan for Members, and hands their invitations to the Post. The caches outlive it.
class Reconciler final : public runtime::Reconciler {
 public:
  Reconciler(const Caches& caches, Dependencies dependencies)
      : caches_(caches), dependencies_(std::move(dependencies)) {}

  [[nodiscard]] std::string_view name() const override { return "member"; }
  [[nodiscard]] const core::ResourceType& type() const override;
  [[nodiscard]] std::string_view finalizer() const override;
  /// Waits until the status of each Member says what became of its mail that was handed over. False: the deadline came
  /// first. For an end in good order, while this still reconciles.
  bool wait_until_recorded(std::chrono::steady_clock::time_point deadline);
  core::Result<runtime::Work> reconcile(const core::ObjectKey& key, const std::vector<core::WriteFailure>& failures,
                                        core::Timestamp now) override;

 private:
  /// The token of an invitation that has not gone out yet.
  struct Drawn {
    core::SecretText token;
    std::string hash;
  };

  [[nodiscard]] std::shared_ptr<const Drawn> draw() const;
  /// The token of the invitation in the status, when this process knows it; else null.
  std::shared_ptr<const Drawn> held_for(const api::Member& member);
  /// What only this process knows of its invitation. Errors: of a read.
  core::Result<void> observe_invitation(Observed& seen, const Drawn* held, const Drawn& next);
  /// What only the operator as a whole knows of it.
  void complete_enrolment(Observed& seen) const;
  /// What else is where its link is to lie.
  [[nodiscard]] core::Result<std::optional<ForeignSecret>> find_foreign_secret(const Observed& seen) const;
  /// Plans with what there is room for among the mails of its Organization.
  core::Plan plan_within_limits(Observed& seen, core::Timestamp now);
  /// Keeps that token until it has gone out; another one of the same Member is dropped, and its mail withdrawn.
  void keep(const Observed& seen, std::shared_ptr<const Drawn> drawn);
  void forget(const core::ObjectKey& key);
  /// Withdraws the mail of that hash. `counts`: it was sent, or may have been.
  void drop(const std::string& ns, const std::string& hash, bool counts);
  /// Notes whether the answer of the mail server is to be recorded yet.
  void note_answer_due(const Observed& seen, const core::Plan& made, bool held);
  void do_mail_step(const Observed& seen, const Drawn& held, core::Timestamp now);
  [[nodiscard]] Letter letter(const Observed& seen, const Drawn& drawn) const;
  [[nodiscard]] runtime::FillIn fill_in(std::shared_ptr<const Drawn> held) const;

  Caches caches_;
  Dependencies dependencies_;
  std::mutex mutex_;
  std::map<core::ObjectKey, std::shared_ptr<const Drawn>> on_their_way_;  ///< guarded by mutex_
  std::set<core::ObjectKey> answers_due_;                                 ///< guarded by mutex_
  std::condition_variable recorded_;
  std::mutex ledger_mutex_;
  MailLedger ledger_;  ///< guarded by ledger_mutex_
};

}  // namespace guildhall::controllers::member
