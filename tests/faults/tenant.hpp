// One Organization and its ApiKeys, driven with kubectl.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/cluster/kubectl.hpp"
#include "tests/faults/snapshot.hpp"

namespace guildhall::tests::faults {

/// The Organization `name` with the home `name` and the spanned namespace `name`-prod. Every ApiKey is copied into the
/// latter. What kubectl refuses throws std::runtime_error. What is asked as "why_not" answers in a sentence, and with
/// nothing when it is so.
class Tenant {
 public:
  Tenant(cluster::Kubectl kubectl, std::string name);

  void create() const;
  void apply_key(const std::string& key) const;
  /// Asks for a new token; the old one is accepted for one second more.
  void rotate_key(const std::string& key) const;
  void revoke_key(const std::string& key) const;
  /// Active at once. `spec` in YAML's flow style.
  void apply_member(const std::string& member, const std::string& spec) const;
  void remove_member(const std::string& member) const;
  /// These do not wait until it is gone.
  void remove_key(const std::string& key) const;
  void remove() const;

  [[nodiscard]] std::string path(const std::string& key) const { return name_ + "/" + key; }
  [[nodiscard]] Snapshot snapshot() const { return viewer_.snapshot({name_, name_ + "-prod"}); }
  /// Those of the home as kubectl shows them, the newest last.
  [[nodiscard]] std::string events() const;
  [[nodiscard]] std::string token(const std::string& key) const;

  /// Each of these has one valid token in one Secret and one copy, and there are no other Secrets.
  [[nodiscard]] std::string why_not_settled(const std::vector<std::string>& keys) const;
  /// The same, with another token than that.
  [[nodiscard]] std::string why_not_rotated(const std::string& key, const std::string& old_token) const;
  [[nodiscard]] std::string why_not_revoked(const std::string& key) const;
  [[nodiscard]] std::string why_not_removed(const std::string& key) const;
  /// The Member's Ready is that: "True/Active".
  [[nodiscard]] std::string why_not_ready(const std::string& member, const std::string& ready) const;
  [[nodiscard]] std::string why_not_removed_member(const std::string& member) const;
  /// The log has just these actions of the object ("Member/jane"), in whatever order, and each stands in just one
  /// sealed Event.
  [[nodiscard]] std::string why_not_told(const std::string& object, std::vector<std::string> actions) const;
  /// A sealed Event of the object says that.
  [[nodiscard]] bool has_event(const std::string& object, std::string_view action) const;
  /// A sealed Event says that the ApiKey was deleted, by whom or not.
  [[nodiscard]] std::string why_not_told_to_be_deleted(const std::string& key) const;
  /// The Organization is Ready and has counted `all` ApiKeys, `active` of which are; its Role lets Admins read exactly
  /// the Secrets of `readable`, which are sorted.
  [[nodiscard]] std::string why_not_counted(int all, int active, const std::vector<std::string>& readable) const;
  /// Neither ApiKeys nor Secrets, Organization, claims or Roles are left.
  [[nodiscard]] std::string why_not_gone() const;

 private:
  void run(const std::vector<std::string>& arguments, const std::string& input = {}) const;
  /// What the object's sealed Events say, sorted.
  [[nodiscard]] std::vector<std::string> sealed_events(const std::string& object) const;
  void patch_key(const std::string& key, const std::string& spec) const;

  cluster::Kubectl kubectl_;
  Viewer viewer_;
  std::string name_;
};

}  // namespace guildhall::tests::faults
