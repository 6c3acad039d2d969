#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "controllers/organization/draft.hpp"
#include "controllers/organization/observed.hpp"
#include "controllers/organization/wanted_bindings.hpp"

namespace guildhall::controllers::organization {

/// "RoleBinding acme/guildhall:guildhall-organization-admin": the binding as failures and people name it.
std::string describe(const core::ObjectKey& binding);

/// Whether that is the Organization's UID.
bool is_ours(const Observed& seen, const std::string& owner_uid);

/// Whether it was given in the Organization's name: it is the Organization's; or a backup brought it back without its
/// owner, in a namespace that speaks of the Organization, under a name that is Guildhall's own (policy
/// bindings.guildhall.dev). It names nobody, and gives access all the same. By which a Member leaves is the Member's.
bool is_given(const Observed& seen, const BindingView& binding);

/// Whether the last write of that object failed.
bool has_failed(const Observed& seen, const std::string& object);

/// What each object that is written for an Organization begins with: its owner and Guildhall's labels.
nlohmann::json head_of_ours(const Observed& seen, const core::ResourceType& type, const core::ObjectKey& key);

/// The binding with these subjects.
core::Apply write(const Observed& seen, const WantedBinding& binding, const Subjects& content);

core::Remove remove(const RoleView& role);

/// The binding goes. It gives access until it is gone, and a finalizer of somebody else can keep it: then nobody is
/// left in it. Once that is seen there is nothing more to do.
void take_away(const Observed& seen, const BindingView& binding, Draft& draft);

}  // namespace guildhall::controllers::organization
