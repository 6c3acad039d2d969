#pragma once

#include "controllers/apikey/vmauth_view.hpp"
#include "controllers/apikey/vmuser_view.hpp"
#include "operator/api/apikey.hpp"
#include "operator/api/member.hpp"
#include "operator/api/organization.hpp"
#include "operator/kube/informer.hpp"
#include "operator/kube/optional_cache.hpp"

namespace guildhall::controllers::enforcement {

/// The informers from which enforcement is observed. References; filled and run by main. ApiKeys with
/// apikey::add_use_indexes().
struct Caches {
  kube::Informer<api::Organization>& organizations;
  kube::Informer<api::Member>& members;
  kube::Informer<api::ApiKey>& api_keys;
  kube::Informer<apikey::VmauthView>& vmauth;
  kube::Informer<apikey::VmUserView>& vmusers;  ///< empty while there is no CRD of them
  kube::Informer<kube::Definition>& definitions;
};

/// Secrets of ours and VMUsers by the name of the Organization whose they say they are, and by namespace.
inline constexpr const char* kByOwner = "enforcement.owner";
inline constexpr const char* kByNamespace = "enforcement.namespace";

/// Declares the indexes. Before the informers run.
void add_indexes(kube::Informer<apikey::VmauthView>& vmauth, kube::Informer<apikey::VmUserView>& vmusers);

/// Whether the API server knows VMUsers.
bool serves_vmusers(const Caches& caches);

}  // namespace guildhall::controllers::enforcement
