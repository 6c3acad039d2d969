#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_set>

#include "operator/core/metrics.hpp"
#include "operator/core/object_meta.hpp"
#include "operator/core/result.hpp"
#include "operator/kube/client.hpp"
#include "operator/kube/object_cache.hpp"
#include "operator/kube/outage.hpp"

namespace guildhall::kube {

struct WatchEvent;

/// Time and chance, as arguments: tests bring their own and need no sleep.
struct Pacing {
  std::function<std::chrono::steady_clock::time_point()> now;
  /// Returns after that time, or when `stop` is requested.
  std::function<void(std::chrono::milliseconds, const std::stop_token& stop)> wait;
  std::function<double()> random;  ///< uniform in [0, 1)
  /// Between two tries, before chance adds up to as much again.
  std::chrono::milliseconds longest_backoff{30'000};
};

/// The real ones. Thread-safe.
Pacing system_pacing();

/// Reads a resourceVersion. Unset for what is no integer (KEP-5504 makes them comparable integers).
std::optional<std::uint64_t> parse_version(std::string_view resource_version);

/// client-go's backoff of a reflector: 800 ms doubling to 30 s (or the pacing's longest), each up to doubled by chance
/// (jitter 1.0), and from the start again after 2 minutes without one. Not thread-safe.
class ReflectorBackoff {
 public:
  explicit ReflectorBackoff(const Pacing& pacing) : pacing_(&pacing) {}
  /// How long to wait now.
  std::chrono::milliseconds next();

 private:
  const Pacing* pacing_;
  std::chrono::milliseconds step_{0};
  std::chrono::steady_clock::time_point last_end_;
};

/// Keeps one ObjectCache like the server: lists, watches, and mends what breaks. Source: client-go
/// tools/cache/reflector.go.
///
/// Guarantees: an object leaves the cache only by its DELETED event, or when a list that came in whole lacks it, or
/// when it can no longer be decoded; a list that fails half way removes nothing. resourceVersion=0 is never asked for.
/// What keeps it from listing or watching is warned of (see Outage), and so is the end of that.
/// A list that cannot be streamed is paged; no more than one object's JSON (paged: one page) is held. Not thread-safe.
class Reflector {
 public:
  Reflector(ObjectCache& cache, Client& client, core::Metrics& metrics, Pacing pacing);
  Reflector(const Reflector&) = delete;
  Reflector& operator=(const Reflector&) = delete;
  ~Reflector() = default;

  void run(const std::stop_token& stop);

 private:
  /// Where one list or watch stands.
  struct Progress {
    bool listing = false;                         ///< the list is not complete yet
    bool any_event = false;                       ///< something arrived
    std::unordered_set<core::ObjectKey> missing;  ///< cached objects that the list has not named so far
  };

  core::Result<void> cycle(const std::stop_token& stop);
  core::Result<void> stream_list(const std::stop_token& stop);
  core::Result<void> paged_list(const std::stop_token& stop);
  core::Result<void> watch_on(const std::stop_token& stop);
  core::Result<void> run_watch(const WatchOptions& options, Progress& progress, const std::stop_token& stop);
  /// What follows a failure: unset = go on at once, else after that time.
  std::optional<std::chrono::milliseconds> after_failure(const core::Error& error);

  /// Tells people and the cache, as far as it is worth it.
  void report_failure(bool listing, const core::Error& error);
  void report_recovery();

  void take(const WatchEvent& event, Progress& progress);
  void take_bookmark(const WatchEvent& event, Progress& progress);
  void place(const nlohmann::json& object, Progress& progress);
  void remove(const nlohmann::json& object, Progress& progress);
  void finish_list(const std::string& resource_version, Progress& progress);
  /// A watch goes on from there.
  void come_to(const std::string& resource_version);
  void report_size();
  void report_undecodable(const std::string& object, const core::Error& error);
  [[nodiscard]] Progress begin_list() const;
  [[nodiscard]] std::chrono::seconds watch_timeout() const;

  ObjectCache& cache_;
  Client& client_;
  core::Metrics& metrics_;
  Pacing pacing_;
  ReflectorBackoff backoff_;
  Outage outage_;
  core::MetricLabels labels_;
  std::string version_;       ///< the last one seen; where a watch goes on, and what a relist must not be older than
  bool must_list_ = true;     ///< the next cycle lists
  bool newest_only_ = false;  ///< the server cannot list "not older than version_": take its newest
  bool streams_ = true;       ///< false once the server refused a streaming list
  bool progressed_ = true;    ///< a watch brought something since the last Gone
};

}  // namespace guildhall::kube
