#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "operator/core/metrics.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/core/result.hpp"
#include "operator/kube/client.hpp"

namespace guildhall::kube {

/// The untyped half of an informer: list, watch, and how far the cache has come. Filled by run() (reflector), kept by
/// Informer<T>.
///
/// Order, for every change: first the object is in the cache (or out of it), then has_seen() tells of its version, then
/// the handlers run. So whoever is woken by a handler finds has_seen() true, and whoever finds has_seen() true reads
/// the object. While a list is being taken in, has_seen() stays where it was: a list comes in no order of versions.
class ObjectCache {
 public:
  /// What the cache knows of an object whatever its type is.
  struct Standing {
    std::string uid;
    std::uint64_t version = 0;
    bool deleting = false;
    bool operator==(const Standing&) const = default;
  };

  ObjectCache(core::ResourceType type, Selection selection);
  ObjectCache(const ObjectCache&) = delete;
  ObjectCache& operator=(const ObjectCache&) = delete;
  virtual ~ObjectCache();

  [[nodiscard]] const core::ResourceType& type() const { return type_; }
  [[nodiscard]] const Selection& selection() const { return selection_; }
  /// The type and where, for people: "apikeys.guildhall.dev", "secrets in namespace guildhall-system".
  [[nodiscard]] std::string describe() const;

  /// Lists and watches until `stop`. Numbers are client-go's reflector's: backoff 800 ms doubling to 30 s with jitter,
  /// reset after 2 minutes of health; watches end after 5 to 10 minutes; bookmarks are asked for; the list is streamed,
  /// or paged where the server cannot stream; after Gone the relist is not older than the last version seen; 429 on a
  /// watch keeps the version. One run at a time.
  void run(Client& client, core::Metrics& metrics, const std::stop_token& stop);

  /// Waits no longer than this, or twice that by chance, between two tries: what is in this cache must not be old.
  /// Before run() only.
  void retry_within(std::chrono::milliseconds longest) { longest_backoff_ = longest; }

  /// Calls it each time that all there is has come in: after a whole list, and after clear(). Before run() only.
  void on_listed(std::function<void()> told) { listed_.push_back(std::move(told)); }

  /// The type is not served: nothing is in the cache, and synced() is true. Not while it runs.
  void clear();

  /// True once the first list is complete; stays true.
  [[nodiscard]] bool synced() const;
  /// What keeps the first list from being complete: Unavailable with the type and why; nothing once synced().
  [[nodiscard]] core::Result<void> check_synced() const;
  /// Waits for synced(). False: `stop` was requested first.
  [[nodiscard]] bool wait_until_synced(const std::stop_token& stop) const;
  /// Whether the cache has come at least as far as that resourceVersion (an event, a bookmark or a list of this version
  /// or a later one). Versions of one type are comparable integers (KEP-5504); one that is none counts as seen.
  [[nodiscard]] bool has_seen(const std::string& resource_version) const;
  /// Whether no object of that key and uid is in the cache.
  [[nodiscard]] bool is_gone(const core::ObjectKey& key, const std::string& uid) const;
  /// Whether a DELETE of that object shows: it is gone, or its deletionTimestamp is set (another's finalizer holds it).
  [[nodiscard]] bool removal_seen(const core::ObjectKey& key, const std::string& uid) const;
  [[nodiscard]] virtual std::size_t size() const = 0;

  /// How it stands with the API server. Both say nothing while all is well and the cache is not synced() yet.
  struct Contact {
    std::chrono::steady_clock::duration silence{};  ///< since it last sent something: about a minute at most, as a rule
    std::string trouble;                            ///< why it cannot be asked just now; empty: it can
  };
  [[nodiscard]] Contact contact(std::chrono::steady_clock::time_point now) const;

 protected:
  /// Both put the change into the cache, call advance(seen), and then the handlers. `seen` 0: nothing is told.
  /// Errors of upsert: those of the decoder; nothing has changed then.
  virtual core::Result<void> upsert(const core::ObjectKey& key, const Standing& standing, const nlohmann::json& object,
                                    std::uint64_t seen) = 0;
  virtual void erase(const core::ObjectKey& key, std::uint64_t seen) = 0;
  [[nodiscard]] virtual std::vector<core::ObjectKey> keys() const = 0;
  [[nodiscard]] virtual std::optional<Standing> standing_of(const core::ObjectKey& key) const = 0;

  /// has_seen() is true up to that version from now on. Never goes back.
  void advance(std::uint64_t version);

 private:
  friend class Reflector;

  void mark_synced();
  /// Why the list or the watch fails at present; empty: it does not.
  void set_trouble(std::string why);
  /// The server sent something.
  void hear(std::chrono::steady_clock::time_point now);
  /// The last request failed.
  void lose(std::string why);

  core::ResourceType type_;
  Selection selection_;
  std::vector<std::function<void()>> listed_;
  std::chrono::milliseconds longest_backoff_{30'000};
  std::atomic<std::uint64_t> seen_{0};
  mutable std::mutex synced_mutex_;
  mutable std::condition_variable_any synced_changed_;
  bool synced_ = false;
  std::string trouble_;
  std::chrono::steady_clock::time_point heard_at_;
  std::string lost_;
};

}  // namespace guildhall::kube
