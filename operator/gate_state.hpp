#pragma once

#include <optional>
#include <string>

#include "operator/api/apikey.hpp"
#include "operator/api/member.hpp"
#include "operator/api/organization.hpp"
#include "operator/gate/key_table.hpp"
#include "operator/kube/informer.hpp"

namespace guildhall {

/// What is told to a gate, and how old it is. References; filled and run by others.
struct GateCaches {
  kube::ObjectCache& organizations;
  kube::ObjectCache& members;
  kube::ObjectCache& api_keys;

  [[nodiscard]] bool synced() const { return organizations.synced() && members.synced() && api_keys.synced(); }
};

// What a gate keeps of each object. Pure.
gate::OrganizationEntry gate_entry(const api::Organization& one);
/// The email address; unset while keys of the Member are refused.
std::optional<std::string> gate_entry(const api::Member& member);
/// What a selector comes to is the leader's to say. What it said counts for as long as the key asks for the same:
/// `settled` is KeyEntry::settled as it stands.
gate::KeyEntry gate_entry(const api::ApiKey& key, const std::string& settled);

/// Puts the key into the table, as it is.
void put_key(const core::ObjectKey& object, const api::ApiKey& key, gate::KeyTable& table);

/// Keeps the table as the caches say: a change is in it before the next is taken in, so a revocation is in force when
/// its event has come. Before the informers run; `table` outlives them.
void follow(kube::Informer<api::Organization>& organizations, gate::KeyTable& table);
void follow(kube::Informer<api::Member>& members, gate::KeyTable& table);
void follow(kube::Informer<api::ApiKey>& api_keys, gate::KeyTable& table);

/// Tries again soon after an outage of the API server, however long: a revocation must not wait. Before they run.
void keep_up(const GateCaches& caches);

}  // namespace guildhall
