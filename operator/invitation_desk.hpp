#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "controllers/member/gather.hpp"
#include "operator/core/clock.hpp"
#include "operator/core/seal.hpp"
#include "operator/kube/client.hpp"
#include "operator/page/invitations.hpp"

namespace guildhall {

/// The invitations of Members, for the page. What is answered is written to the Member as a sealed annotation; roles,
/// status and audit are the reconciler's, wherever the leader is.
///
/// Guarantees: it shows from the caches, and answers by the API server: the Member is read anew, judged by the same
/// rule, and written with its version as precondition, so that of several answers at any replicas one counts.
class InvitationDesk final : public page::Invitations {
 public:
  struct Surroundings {
    const controllers::member::Caches& caches;
    std::function<bool()> has_read_cluster;  ///< whether the caches can be relied on
    kube::Client& client;                    ///< without a write guard: every replica answers
    const core::Sealer& sealer;
    const core::Clock& clock;
    controllers::organization::IdentityRules identity;
    std::function<std::string(const api::Member& member)> creator;  ///< the user that made it; "" when not known
  };

  explicit InvitationDesk(Surroundings surroundings) : at_(std::move(surroundings)) {}

  [[nodiscard]] core::Result<page::Invitation> find(const std::string& token_hash) const override;
  page::Outcome accept(const std::string& token_hash, std::stop_token stop) override;
  page::Outcome decline(const std::string& token_hash, std::stop_token stop) override;

 private:
  /// The annotation that says the answer, as name and value.
  using Annotate =
      std::function<core::Result<nlohmann::json>(const controllers::member::Observed& seen, core::Timestamp now)>;

  [[nodiscard]] core::Result<controllers::member::Observed> find_open(const std::string& token_hash) const;
  page::Outcome answer(const std::string& token_hash, const Annotate& annotate, const std::stop_token& stop);
  /// Unset: another wrote at the same moment; look again.
  std::optional<page::Outcome> try_answer(const core::ObjectKey& member, const std::string& token_hash,
                                          const Annotate& annotate, const std::stop_token& stop);

  Surroundings at_;
};

}  // namespace guildhall
