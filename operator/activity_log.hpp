#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "controllers/member/activity.hpp"
#include "operator/core/clock.hpp"
#include "operator/core/seal.hpp"
#include "operator/informers.hpp"

namespace guildhall {

/// What users were last seen to do in each Organization, for the leader's status of their Members.
///
/// Creations and changes of our objects are read from their sealed annotation guildhall.dev/changes, as the caches have
/// it: so whichever replica answered the webhook, and whenever, only what was stored counts, and a new leader knows it
/// from what stands. Uses of its keys are read from the ApiKeys' statuses. Other sources hand in what they saw by
/// note(). Kept in memory: one entry for each user and home. Thread-safe.
class ActivityLog {
 public:
  using Wake = std::function<void(const core::ObjectKey& member)>;

  /// Adds its handlers: before the informers run. References outlive this.
  ActivityLog(Informers& informers, const core::Sealer& sealer, const core::Clock& clock,
              controllers::organization::IdentityRules identity);

  /// Who is told that a Member's activity is news. Before the informers run.
  void wake_by(Wake wake) { wake_ = std::move(wake); }
  /// The leader begins, with caches and seal keys filled: reads what stands, and from then on what changes.
  void begin();
  /// The user did something in the Organization of that home. What is no news is dropped.
  void note(const std::string& home, const std::string& user, const controllers::member::Sighting& sighting);
  [[nodiscard]] controllers::member::SeenActivity of(const api::Member& member) const;

 private:
  template <class T>
  void follow(kube::Informer<T>& informer, const std::function<std::string(const T&)>& home);
  /// Notes what the annotation of an object says.
  void read(const std::string& kind, const core::ObjectMeta& object, const std::string& home);
  void follow_writes();
  void follow_uses();
  void add_uses(const api::Member& member, controllers::member::Activity& activity) const;
  void wake(const std::string& home, const std::string& user) const;
  [[nodiscard]] bool has_begun() const;

  Informers& informers_;
  const core::Sealer& sealer_;
  const core::Clock& clock_;
  controllers::organization::IdentityRules identity_;
  Wake wake_;
  std::vector<std::function<void()>> readers_;  ///< each reads all that stands of one kind
  mutable std::mutex mutex_;
  bool has_begun_ = false;
  std::map<std::pair<std::string, std::string>, controllers::member::Activity> users_;  ///< by home and user
  std::map<core::ObjectKey, core::Timestamp> written_at_;  ///< when a Member's status came to say another activity
};

}  // namespace guildhall
