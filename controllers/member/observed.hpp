#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controllers/member/activity.hpp"
#include "controllers/member/invitation_secret.hpp"
#include "controllers/member/post.hpp"
#include "controllers/organization/acceptance.hpp"
#include "controllers/organization/binding_view.hpp"
#include "controllers/organization/home_state.hpp"
#include "controllers/organization/membership.hpp"
#include "controllers/organization/role_view.hpp"
#include "operator/api/member.hpp"
#include "operator/api/organization.hpp"
#include "operator/core/plan.hpp"

namespace guildhall::controllers::member {

using organization::HomeState;
using organization::is_paused;
using organization::Standing;

/// Where the bindings of the Organization have this Member, against where they should. Names such as
/// "RoleBinding acme/guildhall:guildhall-organization-editor", sorted.
struct BoundRole {
  std::vector<std::string> missing;  ///< should have all of its subjects, and lack one
  std::vector<std::string> surplus;  ///< have one of its subjects, and should not
  int places = 0;                    ///< namespaces in which its role is bound as it should be
  bool operator==(const BoundRole&) const = default;
};

/// What its namespace and it have to do with enrolment.
struct Enrolment {
  bool is_open = false;        ///< the namespace may become the home of a new Organization
  bool was_home = false;       ///< the namespace is labelled, and was a home before
  bool name_is_taken = false;  ///< an Organization has the namespace's name
  bool is_founder = false;     ///< the Organization was made for this Member, or this Member for the Organization
  /// The user that signed up for the Organization and is this Member; empty: nobody. With an initializer GCC lets a
  /// designated one leave it out.
  std::string signed_up = {};  // NOLINT(readability-redundant-member-init)
  bool made_itself = false;    ///< the user who made the Member is one that it is
  bool operator==(const Enrolment&) const = default;
};

/// All that a plan for one Member depends on.
struct Observed {
  api::Member member;
  HomeState home = HomeState::NotAHome;
  bool is_closing = false;                            ///< the namespace is being deleted, with all that is in it
  std::string organization_name;                      ///< of the one that has the home; empty: none
  std::optional<api::OrganizationSpec> organization;  ///< likewise
  Enrolment enrolment;
  Standing standing = Standing::NotAccepted;
  std::string older_namesake;  ///< the Member that has its email; empty: none
  organization::JudgedAcceptance judged;
  organization::Subjects subjects;  ///< that are to get its role
  BoundRole bound;
  std::optional<organization::RoleView> self_role;        ///< what stands at the place of its own Role
  std::optional<organization::BindingView> self_binding;  ///< likewise of its binding
  bool sends_mail = false;                                ///< the operator has a mail server
  bool serves_page = false;                               ///< the operator serves the page of invitations
  std::optional<core::Timestamp> declined_at;             ///< of the invitation in the status
  std::string candidate_hash;                             ///< of a token that nobody has yet, for the next invitation
  bool holds_token = false;                         ///< this process knows the token of the invitation in the status
  SeenMail mail;                                    ///< of that invitation
  core::Timestamp mail_from;                        ///< from when a mail may be sent, as far as their number goes
  std::optional<InvitationSecretView> link_secret;  ///< of our type, at the place of its link
  std::optional<ForeignSecret> foreign_secret;      ///< another one that is there
  std::string candidate_acceptance;  ///< the annotation's value if it accepts now; empty: nothing can be sealed now
  SeenActivity activity;             ///< of its User and ServiceAccounts
  std::vector<core::WriteFailure> failures;
};

}  // namespace guildhall::controllers::member
