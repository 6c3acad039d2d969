#pragma once

#include <mutex>
#include <string>

#include "operator/gate/key_table.hpp"
#include "operator/informers.hpp"

namespace guildhall {

/// Keeps what the gate knows as the caches of Organizations, Members and ApiKeys say. Thread-safe.
///
/// A change is in the table before the next is taken in, so a revocation is in force when its event has come.
class GateState {
 public:
  /// Before the informers run. Both outlive it.
  GateState(Informers& informers, gate::KeyTable& table);

 private:
  void take_organization(const core::ObjectKey& key, const api::Organization* before, const api::Organization* after);
  void take_member(const core::ObjectKey& key);
  void take_key(const core::ObjectKey& key);
  void take_keys_of(const std::string& home);

  Informers& informers_;
  gate::KeyTable& table_;
  std::mutex mutex_;  // three threads take in changes; of two of one key the later look stands
};

}  // namespace guildhall
