#pragma once

#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "operator/api/apikey.hpp"
#include "operator/api/member.hpp"
#include "operator/api/organization.hpp"
#include "operator/gate/key_table.hpp"
#include "operator/kube/informer.hpp"

namespace guildhall {

/// What the gate is told by. References; filled and run by others.
struct GateCaches {
  kube::Informer<api::Organization>& organizations;
  kube::Informer<api::Member>& members;
  kube::Informer<api::ApiKey>& api_keys;  ///< with apikey::add_use_indexes()

  [[nodiscard]] bool synced() const { return organizations.synced() && members.synced() && api_keys.synced(); }
};

/// Keeps what the gate knows as the caches of Organizations, Members and ApiKeys say. Thread-safe.
///
/// A change is in the table before the next is taken in, so a revocation is in force when its event has come.
class GateState {
 public:
  /// Before the informers run. `table` outlives it.
  GateState(const GateCaches& caches, gate::KeyTable& table);

 private:
  void take_organization(const core::ObjectKey& key, const api::Organization* before, const api::Organization* after);
  void take_member(const core::ObjectKey& key);
  void take_key(const core::ObjectKey& key);
  [[nodiscard]] std::vector<std::string> opened_by(const api::ApiKey& key, const api::Organization* organization);
  void take_keys_of(const std::string& home);

  GateCaches caches_;
  gate::KeyTable& table_;
  std::mutex mutex_;  // three threads take in changes; of two of one key the later look stands
  /// What each key asked for when the leader last said what a selector comes to.
  std::unordered_map<core::ObjectKey, api::ApiKeyDeployments> settled_;
};

}  // namespace guildhall
