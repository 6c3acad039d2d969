#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "controllers/organization/caches.hpp"
#include "controllers/organization/observed.hpp"
#include "operator/core/result.hpp"
#include "operator/core/seal.hpp"
#include "operator/kube/client.hpp"

namespace guildhall {

/// Where Members are seen and how they are judged. References outlive what is made of it.
struct MemberSources {
  kube::Client& client;
  const controllers::organization::Caches& caches;
  const core::Sealer& sealer;
  controllers::organization::IdentityRules identity;
};

/// Whose home the namespace is: as the cache has it, and where that knows of none, as the API server does. Null:
/// nobody's, or of one that is being deleted.
core::Result<std::shared_ptr<const api::Organization>> find_claimant(const MemberSources& sources,
                                                                     const std::string& home,
                                                                     const std::stop_token& stop);

/// The Members of one Organization, as the cache knows them and as the API server has them. Thread-safe.
class HomeMembers {
 public:
  using Member = controllers::organization::SeenMember;

  HomeMembers(const MemberSources& sources, std::string organization, std::string home)
      : sources_(sources), organization_(std::move(organization)), home_(std::move(home)) {}

  /// The other active Admins that the cache knows, or some of them: no more than two.
  [[nodiscard]] std::vector<std::shared_ptr<const api::Member>> known_admins_beside(const api::Member& member) const;
  /// As the API server has it. Unset: it is gone.
  [[nodiscard]] core::Result<std::optional<Member>> read(const api::Member& known, const std::stop_token& stop) const;
  [[nodiscard]] core::Result<std::vector<Member>> read_all(const std::stop_token& stop) const;
  /// `has_older_namesake`: another has its email and counts instead.
  [[nodiscard]] Member judge(const api::Member& member, bool has_older_namesake) const;

 private:
  [[nodiscard]] bool is_known_admin(const api::Member& member) const;

  const MemberSources& sources_;
  std::string organization_;
  std::string home_;
};

}  // namespace guildhall
