#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "controllers/organization/observed.hpp"
#include "controllers/organization/plan.hpp"

namespace guildhall::controllers::organization {

/// 2026-11-24T10:00:00Z.
core::Timestamp noon();

// NOLINTBEGIN(readability-redundant-member-init): with them GCC lets a designated initializer leave a member out.

/// How a Namespace is put into the world.
struct NamespaceState {
  Claim claim = {};
  std::string created_for_uid = {};
  std::string releasing_since = {};
  bool deleting = false;
};

// NOLINTEND(readability-redundant-member-init)

/// A tiny pure model of a cluster with the Organization acme (UID u-acme): observes it and carries plans out as the
/// engine and the API server do, with versions as preconditions. Globex (u-globex) is another Organization that exists.
class World {
 public:
  World();

  api::Organization organization;
  std::vector<SeenApiKey> api_keys;
  std::vector<std::string> configurations;
  std::vector<std::string> secrets_with_tokens;
  std::vector<SeenMember> members;
  std::vector<core::WriteFailure> failures;
  std::optional<SignupRecord> signup;  ///< the sealed record, while the annotation stands
  core::Timestamp now = noon();
  std::set<std::string> refused;  ///< roles and bindings that the API server does not take
  std::set<std::string> sealed;   ///< objects that it lets nobody write or remove
  std::set<std::string> held;     ///< those that a finalizer of somebody else keeps when they are deleted
  /// Who changes Members here holds `manage`, but where a test says otherwise.
  std::optional<core::Timestamp> let_go_at = core::Timestamp::max();
  bool keys_let_go = true;  ///< the ApiKeys' controller does its part when the Organization goes

  void edit(const nlohmann::json& spec_patch);
  void annotate(const std::string& name, const std::string& value);
  void mark_deleted();
  void put_namespace(const std::string& name, const NamespaceState& state = {});
  void put_role(const std::string& owner_uid, const nlohmann::json& rules);
  /// A RoleBinding as somebody else makes or changes it.
  void put_binding(const core::ObjectKey& key, const RoleReference& role, const Subjects& subjects,
                   const std::string& owner_uid = "u-acme");
  void remove_binding(const core::ObjectKey& key) { grants_.erase(core::describe(binding_type(key), key)); }
  /// Any role or binding by its description, as somebody else changes it.
  void patch_grant(const std::string& name, const nlohmann::json& change) { grants_.at(name).merge_patch(change); }
  void remove_role() { grants_.erase(core::describe(core::types::roles(), role_key())); }
  void remove_cluster_role(const std::string& name) {
    grants_.erase(core::describe(core::types::cluster_roles(), {"", name}));
  }
  void put_cluster_role(const std::string& name, const nlohmann::json& rules);
  void remove_grants() { grants_.clear(); }
  /// Active, with the User <name>@acme.example.
  void put_member(const std::string& name, api::MemberRole role, Standing standing = Standing::InForce);
  SeenMember& member(const std::string& name);
  void remove_namespace(const std::string& name) {
    namespaces_.erase(name);
    forget_namespace(name);
  }
  /// The Organization is made anew, with another UID and without status and finalizers; all else stays.
  void restore(const std::string& uid);
  /// A change of a Namespace by hand, as kubectl label and annotate make it.
  void patch_namespace(const std::string& name, const nlohmann::json& metadata);

  [[nodiscard]] Observed observe() const;
  [[nodiscard]] core::Plan plan_now() const { return plan(observe(), now); }
  /// Carries out the first `most_writes` writes of the plan, in the engine's order.
  void execute(const core::Plan& plan, int most_writes = 1'000);
  /// Plans and executes until nothing is written. Returns how many rounds wrote; more than 20 is a test failure.
  int settle();
  /// Plans and executes ten times: what is refused is tried again each time.
  void settle_while_refused();
  /// settle(), and then again at each time at which the plan wants to look again, at most ten times.
  void live_on();

  [[nodiscard]] bool exists() const { return exists_; }
  [[nodiscard]] bool has_namespace(const std::string& name) const { return namespaces_.contains(name); }
  [[nodiscard]] NamespaceView ns(const std::string& name) const;
  [[nodiscard]] Claim claim(const std::string& name) const { return ns(name).claim; }
  [[nodiscard]] const nlohmann::json& object(const std::string& name) const { return namespaces_.at(name); }
  [[nodiscard]] std::optional<RoleView> role() const;
  [[nodiscard]] std::optional<RoleView> cluster_role(const std::string& name) const;
  [[nodiscard]] std::optional<BindingView> binding(const core::ObjectKey& key) const;
  /// "jane, ada" of a RoleBinding of the namespace, without what follows their names; "-" when there is none.
  [[nodiscard]] std::string bound(const std::string& ns, const std::string& cluster_role) const;
  /// Every role and binding of ours that stands: "RoleBinding acme/guildhall:...".
  [[nodiscard]] std::vector<std::string> grants() const;
  [[nodiscard]] std::string ready() const;                             ///< "True/Active"
  [[nodiscard]] std::string condition(const std::string& type) const;  ///< likewise; "" when absent
  [[nodiscard]] std::string message(const std::string& type) const;
  [[nodiscard]] const std::vector<std::string>& told() const { return told_; }
  /// Every Namespace that was written, with its claim before.
  struct NamespaceWrite {
    std::string name;
    Claim before;
  };
  [[nodiscard]] const std::vector<NamespaceWrite>& namespace_writes() const { return namespace_writes_; }

 private:
  /// Where the Role of key Secrets is to be.
  [[nodiscard]] core::ObjectKey role_key() const { return {home_namespace(organization), "guildhall:api-key-secrets"}; }
  bool write(const core::Apply& apply);
  void write_namespace(const core::Apply& apply);
  void write_grant(const core::Apply& apply);
  void write_founder(const core::Apply& apply);
  void write_metadata(const core::Apply& apply);
  void remove(const core::Remove& remove);
  void forget_namespace(const std::string& name);
  void write_status(const nlohmann::json& status);
  void let_keys_go();
  /// What comes after the writes, as far as `may` lets it.
  void finish(const core::Plan& plan, const std::function<bool()>& may);
  std::string next_version() { return std::to_string(++version_); }

  int version_ = 100;
  bool exists_ = true;
  std::map<std::string, nlohmann::json> namespaces_;
  std::map<std::string, nlohmann::json> grants_;  ///< roles and bindings, by their description
  Stood stood_;
  std::vector<std::string> told_;
  std::vector<NamespaceWrite> namespace_writes_;
};

}  // namespace guildhall::controllers::organization
