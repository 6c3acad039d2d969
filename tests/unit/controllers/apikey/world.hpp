#pragma once

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "controllers/apikey/observed.hpp"
#include "controllers/apikey/plan.hpp"

namespace guildhall::controllers::apikey {

/// 2026-11-24T10:00:00Z.
core::Timestamp noon();

/// A tiny pure model of a cluster with one ApiKey: observes it, carries plans out write by write, and checks after
/// every write that no token can be read that is not accepted. Hash, encoding and seal are stand-ins that keep their
/// algebra; time is a number.
class World {
 public:
  World();

  // What is observed besides the key and its Secrets.
  api::ApiKey key;
  HomeState home = HomeState::Claimed;
  api::OrganizationSpec organization;
  std::vector<SeenDeployment> deployments;
  std::optional<SeenOwner> owner;
  std::vector<CopyNamespace> copy_namespaces;
  bool foreign_secret = false;
  std::string rival;
  bool over_quota = false;
  std::optional<SeenEnforcement> enforcement;
  bool seal_key_known = true;
  /// The process goes on and has the token of its Issuing entry still at hand. False: each look is that of a new one.
  bool process_goes_on = false;
  std::vector<core::WriteFailure> failures;
  std::map<core::ObjectKey, nlohmann::json> secrets;
  core::Timestamp now = noon();
  bool key_exists = true;

  /// The spec, as YAML users would write it; the generation grows.
  void edit(const nlohmann::json& merge_patch);
  [[nodiscard]] Observed observe();
  [[nodiscard]] core::Plan plan_now();

  /// Carries out at most `most_writes` of the plan, in the engine's order. Returns how many there were to do in all.
  int execute(const core::Plan& plan, int most_writes = 1'000);
  /// Plans and executes until nothing is written; returns the rounds that wrote. More than 20 is a test failure.
  int settle();
  /// settle(), then time goes on to when the plan wants to look again. False: it never does.
  bool pass_to_next_look();
  /// settle() with every look that is due within that time.
  void pass(std::chrono::seconds time);

  // What a user would ask.
  [[nodiscard]] const nlohmann::json* secret(const std::string& ns, const std::string& name) const;
  [[nodiscard]] std::string token(const std::string& ns, const std::string& name,
                                  const std::string& entry = "token") const;
  [[nodiscard]] std::string phase() const;
  [[nodiscard]] std::string ready() const;  ///< "True/Active", "False/QuotaExceeded"
  [[nodiscard]] std::vector<std::string> key_states() const;
  [[nodiscard]] bool accepts(const std::string& token) const;  ///< as a gate would
  [[nodiscard]] const std::vector<std::string>& told() const { return told_; }
  /// The spec asks for a copy in acme-prod, which can have one.
  void ask_for_copy();
  /// The last look had its Secret in that namespace refused.
  void refuse_secret(const std::string& ns);
  /// One look at which the home's Secret is refused: all else of the plan is carried out.
  core::Plan look_in_vain();
  /// What a restore leaves: new UID, no status, Secrets as they were but without an owner.
  void restore();
  /// The key was deleted and made again, before the garbage collector came to its Secrets.
  void make_anew();
  /// The key is deleted by a user.
  void mark_deleted();

 private:
  void write_status(const nlohmann::json& status);
  void write_secret(const core::Apply& apply);
  void remove_secret(const core::Remove& remove);
  void drop_finalizer();
  [[nodiscard]] bool home_stands_changed() const;
  [[nodiscard]] bool is_stray(const core::ObjectKey& place, const nlohmann::json& object) const;
  void check_readable_tokens() const;

  [[nodiscard]] Candidate candidate();

  int serial_ = 0;
  std::optional<Candidate> last_candidate_;
  std::map<std::string, std::string> tokens_by_hash_;
  /// Hashes that were refused on purpose: expired, without an Organization, written back for too long, or shown only by
  /// what is no proof.
  std::set<std::string> withdrawn_;
  std::vector<std::string> told_;
};

Codec fake_codec();

/// What a Secret at `at` says that holds one token, of hash `hash`, of that ApiKey of Organization acme, and nothing
/// else.
SealedPayload payload_of(const std::string& api_key, const core::ObjectKey& at, const std::string& hash = "00");

}  // namespace guildhall::controllers::apikey
