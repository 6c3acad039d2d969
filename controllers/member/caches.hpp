#pragma once

#include "controllers/member/invitation_secret.hpp"
#include "controllers/organization/binding_view.hpp"
#include "controllers/organization/namespace_view.hpp"
#include "controllers/organization/role_view.hpp"
#include "operator/api/member.hpp"
#include "operator/api/organization.hpp"
#include "operator/kube/informer.hpp"

namespace guildhall::controllers::member {

/// The informers from which Members are observed. References; filled and run by main. The indexes that
/// organization::add_indexes() declares must be there too.
struct Caches {
  kube::Informer<api::Member>& members;
  kube::Informer<api::Organization>& organizations;
  kube::Informer<organization::NamespaceView>& namespaces;
  kube::Informer<organization::RoleView>& roles;
  kube::Informer<organization::BindingView>& role_bindings;
  kube::Informer<organization::BindingView>& cluster_role_bindings;
  kube::Informer<InvitationSecretView>& invitation_secrets;
};

/// Members by subject_key() of each of their subjects.
inline constexpr const char* kMembersBySubject = "member.subject";

/// Members by the hash of their invitation's token.
inline constexpr const char* kMembersByInvitation = "member.invitation";

/// Declares the indexes. Before the informers run.
void add_indexes(const Caches& caches, const organization::IdentityRules& identity);

/// What Members of one namespace share that list the same subject.
std::string subject_key(const std::string& ns, const organization::Subject& subject);

}  // namespace guildhall::controllers::member
