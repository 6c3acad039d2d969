// An Organization that asks for a configuration of vmauth, its keys, and what stands.
#pragma once

#include <string>
#include <vector>

#include "controllers/enforcement/admittance.hpp"
#include "controllers/enforcement/observed.hpp"
#include "operator/core/codec.hpp"

namespace guildhall::controllers::enforcement {

/// 2026-11-24T10:00:00Z.
core::Timestamp noon();
/// Real hashes, and base64 that is none.
core::Codec codec();
std::string hash_of(const std::string& token);

/// acme with tenant 7:3, the deployments metrics (VMSingle) and cluster (VMCluster) in acme-prod, and acme-edge for
/// vmauth.
api::Organization acme();
api::OrganizationDeployment deployment(const std::string& name, const std::string& product);
/// Of acme: for all deployments, with the token "gld_<name>", made `age` minutes before noon().
SeenKey key(const std::string& name, int age = 0);
/// A copy that may be changed.
api::ApiKey& edit(SeenKey& key);

/// The Secret as it stands with that configuration (tokens in clear); `owner_uid`: "u-" and the Organization's name.
nlohmann::json standing_secret(const std::string& configuration, const std::string& owner_uid = "u-acme",
                               const core::ObjectKey& at = {"acme-edge", "acme-vmauth"});

/// acme with these keys and nothing that stands.
Observed observed(std::vector<SeenKey> keys);

/// So many, with different names.
std::vector<SeenKey> many_keys(std::size_t count);

/// The configuration as a plan writes it, with each token that is admitted.
apikey::VmauthView standing(const Observed& seen, const std::string& owner = "u-acme");

/// Why what is asked for is not as it should be; empty: nothing is in the way.
std::string reason(const Observed& seen);

}  // namespace guildhall::controllers::enforcement
