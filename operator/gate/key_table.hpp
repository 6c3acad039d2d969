#pragma once

#include <tsl/robin_set.h>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "operator/core/resource_type.hpp"
#include "operator/core/timestamp.hpp"
#include "operator/crypto/digest.hpp"
#include "operator/gate/deployments.hpp"
#include "operator/gate/path_table.hpp"

namespace guildhall::gate {

/// One token of a key, by what may be kept of it.
struct KeyToken {
  std::string id;
  crypto::Sha256Digest hash{};
  std::optional<core::Timestamp> expires_at;  ///< unset: never
  bool operator==(const KeyToken&) const = default;
};

/// The Member whose key it is.
struct KeyOwner {
  std::string name;   ///< in the key's namespace
  std::string email;  ///< when the key was issued: another Member of the name does not inherit it
};

/// An ApiKey, as far as its tokens may be used. There are 100,000 and more, so it is kept small.
struct KeyEntry {
  std::string uid;
  std::uint64_t version = 0;  ///< metadata.resourceVersion
  std::string organization;
  std::shared_ptr<const KeyOwner> owner;        ///< null: it is the Organization's own
  std::optional<core::Timestamp> last_used_at;  ///< as its status says
  /// Why none of its tokens is accepted now, as far as it says so itself, in one word of static storage; empty: they
  /// are.
  std::string_view refused;
  bool deleting = false;
  bool reads = false;
  bool writes = false;
  Opening opening;
  /// What the key asked for, in some form, when `opening` was last said to be what that comes to; empty where nobody
  /// has to say so.
  std::string settled;
  std::vector<KeyToken> tokens;
};

/// An Organization, as far as its keys may be used.
struct OrganizationEntry {
  std::string home;      ///< keys that lie elsewhere are of a former Organization of the name
  bool accepted = true;  ///< neither suspended nor about to go
  Tenant tenant;
  Deployments deployments;
  bool operator==(const OrganizationEntry&) const = default;
};

/// What the gate knows: each object as it stands, put in as it changes; what they mean together is for whoever looks
/// up. Thread-safe; a look-up holds up none other.
class KeyTable {
 public:
  void put_organization(const std::string& name, OrganizationEntry entry);
  void remove_organization(const std::string& name);
  /// A Member whose keys are accepted, by its email address.
  void put_member(const core::ObjectKey& object, std::string email);
  void remove_member(const core::ObjectKey& object);
  /// `object`: the ApiKey; an entry of it that is there is replaced.
  void put_key(const core::ObjectKey& object, KeyEntry entry);
  void remove_key(const core::ObjectKey& object);

  [[nodiscard]] std::size_t size() const;  ///< of ApiKeys
  [[nodiscard]] std::vector<core::ObjectKey> keys() const;
  /// Calls it with the entry, while nothing changes. False: there is none.
  bool look_at(const core::ObjectKey& object, const std::function<void(const KeyEntry& entry)>& look) const;
  [[nodiscard]] bool has_organization(const std::string& name) const;
  /// KeyEntry::last_used_at. Unset: there is no ApiKey of that name and UID.
  [[nodiscard]] std::optional<std::optional<core::Timestamp>> last_used_at(const core::ObjectKey& object,
                                                                           const std::string& uid) const;

  /// What there is of the names, while nothing changes. Null: there is none. `token`: of that id, in that Organization.
  struct Found {
    const OrganizationEntry* organization = nullptr;
    const core::ObjectKey* object = nullptr;  ///< the ApiKey
    const KeyEntry* key = nullptr;
    const KeyToken* token = nullptr;
    bool owner_in_force = true;  ///< also of a key without an owner
  };
  using Look = std::function<void(const Found& found)>;
  /// Calls `look` with what belongs to the Organization and the key id.
  void look_up(const std::string& organization, std::string_view key_id, const Look& look) const;

 private:
  using Keys = std::unordered_map<core::ObjectKey, KeyEntry>;
  /// What a token is found by, and where it stands until its key is replaced or removed.
  struct TokenName {
    std::string_view organization;
    std::string_view id;
    bool operator==(const TokenName&) const = default;
  };
  struct TokenPlace {
    Keys::const_pointer key = nullptr;
    const KeyToken* token = nullptr;
    [[nodiscard]] TokenName name() const { return {.organization = key->second.organization, .id = token->id}; }
  };
  struct HashOfToken {
    using is_transparent = void;
    std::size_t operator()(const TokenName& name) const noexcept;
    std::size_t operator()(const TokenPlace& place) const noexcept { return (*this)(place.name()); }
  };
  struct SameToken {
    using is_transparent = void;
    bool operator()(const TokenPlace& one, const TokenPlace& other) const { return one.name() == other.name(); }
    bool operator()(const TokenName& name, const TokenPlace& place) const { return name == place.name(); }
    bool operator()(const TokenPlace& place, const TokenName& name) const { return name == place.name(); }
  };
  /// In one piece of memory, with the hashes beside: a token among many is at one place that no cache has, not at four.
  using Tokens = tsl::robin_set<TokenPlace, HashOfToken, SameToken, std::allocator<TokenPlace>, true>;

  void note_tokens(Keys::const_reference key);
  void forget_tokens(Keys::const_reference key);
  [[nodiscard]] bool is_owner_in_force(Keys::const_reference key) const;

  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, OrganizationEntry> organizations_;
  std::unordered_map<core::ObjectKey, std::string> members_;
  Keys keys_;
  Tokens tokens_;
};

}  // namespace guildhall::gate
