#pragma once

#include <deque>

#include "controllers/apikey/secret_view.hpp"
#include "controllers/apikey/vmauth_view.hpp"
#include "controllers/apikey/vmuser_view.hpp"
#include "controllers/organization/caches.hpp"
#include "controllers/organization/namespace_view.hpp"
#include "operator/api/apikey.hpp"
#include "operator/api/member.hpp"
#include "operator/api/organization.hpp"
#include "operator/kube/informer.hpp"

namespace guildhall::controllers::apikey {

/// The informers from which ApiKeys are observed. References; filled and run by main.
struct Caches {
  kube::Informer<api::ApiKey>& api_keys;
  kube::Informer<api::Organization>& organizations;
  kube::Informer<api::Member>& members;
  kube::Informer<organization::NamespaceView>& namespaces;
  kube::Informer<SecretView>& secrets;
  kube::Informer<organization::DeploymentView>& services;
  std::deque<organization::DeploymentCache>& deployments;
  kube::Informer<VmauthView>& vmauth;
  kube::Informer<VmUserView>& vmusers;
};

// Names of the indexes that add_indexes() declares.
inline constexpr const char* kKeysByNamespace = "apikey.namespace";  ///< ApiKeys of a namespace
inline constexpr const char* kKeysByOwner = "apikey.owner";          ///< ApiKeys by "<namespace>/<Member>"
inline constexpr const char* kKeysByUid = "apikey.uid";
inline constexpr const char* kKeysByPlace =
    "apikey.place";  ///< ApiKeys by "<namespace>/<Secret>" that they want, copies too
inline constexpr const char* kKeysByCopyNamespace = "apikey.copy";  ///< ApiKeys by a namespace that gets a copy
inline constexpr const char* kKeysWaiting =
    "apikey.waiting";  ///< ApiKeys of a namespace that wait for room under the quota
inline constexpr const char* kSecretsByApiKey =
    "apikey.secret";  ///< Secrets by "<namespace>/<ApiKey>" as they say it, sealed or not
inline constexpr const char* kSecretsByOwnerUid =
    "apikey.secret-owner";                                     ///< Secrets by the UID of the ApiKey they point at
inline constexpr const char* kVmUsersByKey = "apikey.vmuser";  ///< VMUsers by "<UID of the Organization>/<ApiKey>"
inline constexpr const char* kVmauthByOrganization = "apikey.vmauth";  ///< Secrets of vmauth by whose they say they are

/// Declares the indexes. Before the informers run.
void add_indexes(const Caches& caches);

/// Those of them by which keys are found for whom they concern.
void add_use_indexes(kube::Informer<api::ApiKey>& api_keys);

/// The UIDs of the ApiKeys that a Secret points at, by owner reference or as a copy.
std::vector<std::string> claimed_owner_uids(const SecretView& secret);

/// The ApiKey that a Secret says it is of, sealed or not: "<namespace>/<name>", or "".
std::string claimed_api_key(const SecretView& secret);

}  // namespace guildhall::controllers::apikey
