#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

#include "operator/core/clock.hpp"
#include "operator/core/metrics.hpp"
#include "operator/core/plan.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/runtime/cache_registry.hpp"
#include "operator/runtime/clocks.hpp"
#include "operator/runtime/engine.hpp"
#include "operator/runtime/reconciler.hpp"
#include "operator/runtime/workqueue.hpp"

namespace guildhall::runtime {

/// What all controllers share; references outlive them.
struct ControllerContext {
  Engine& engine;
  const CacheRegistry& caches;
  const core::Clock& clock;
  const SteadyClock& steady;
  core::Metrics& metrics;
  /// What stands noted on the object of that key, as the caches have it; may be empty. Thread-safe.
  // NOLINTNEXTLINE(readability-redundant-member-init): GCC warns of a missing initializer
  std::function<std::vector<core::AuditNote>(const core::ObjectKey& key)> noted = {};
};

/// Takes keys, asks one Reconciler what to do about each and has the Engine do it.
///
/// Guarantees: a key is reconciled by one worker at a time; never before the caches show all that earlier reconciles of
/// it wrote; an exception of a reconciler ends that reconcile only. What follows a reconcile: success = the plan's
/// look_again_after; a failure = backoff (5 ms doubling to 5 min, or longer if the server says so); failures that
/// differ from those of the reconcile before = once more at once, so that the plan can say it. A reconcile makes an
/// earlier look_again_after of its key void, as it decides anew. Metrics: controller-runtime's (controller_runtime_*)
/// and those of Workqueue. Thread-safe.
class Controller {
 public:
  Controller(Reconciler& reconciler, const ControllerContext& context, int workers, RetryCurve curve = {});

  /// From handlers of informers; keys collect until run().
  void add(const core::ObjectKey& key);
  /// The same after that time, so that many changes at once come to one look; the earliest time of a key stands.
  /// A reconcile that begins before makes it void: it sees what was the reason, as caches change before handlers run.
  void add_after(const core::ObjectKey& key, std::chrono::milliseconds delay);

  /// Works until `stop` is requested and what is under way has ended. To be called when the caches are synced and this
  /// process leads.
  void run(const std::stop_token& stop);

  /// Works on one key that is due now, without waiting for one. False: none was.
  bool work_once(const std::stop_token& stop);

  /// Sets the gauges that change while nothing happens: call it at each scrape.
  void report() const { queue_.report(); }
  [[nodiscard]] std::size_t depth() const { return queue_.depth(); }

 private:
  /// What is remembered of a key between two reconciles.
  struct Memory {
    std::vector<Write> expected;               ///< not yet shown by the caches
    std::vector<core::WriteFailure> failures;  ///< as the next plan is to hear of them
    SteadyTime told_at;                        ///< since when those
    std::vector<core::AuditNote> untold;
    int deferrals = 0;
    int news_in_a_row = 0;
  };
  /// Whether the failures differ from those before, so that the next plan has something to say.
  enum class News { None, AtOnce, Later };

  void work(const std::stop_token& stop);
  void process(const core::ObjectKey& key, const std::stop_token& stop);
  /// Puts a key off whose writes the caches do not show yet.
  bool deferred(const core::ObjectKey& key);
  void reconcile(const core::ObjectKey& key, const std::stop_token& stop);
  void follow_up(const core::ObjectKey& key, const core::Plan& plan, Outcome outcome);
  News remember(const core::ObjectKey& key, Outcome& outcome);
  /// Decides what the next plan is to hear of.
  News take_failures(const Outcome& outcome, Memory& memory) const;
  void fail(const core::ObjectKey& key, const std::string& why);
  void count_result(const char* result, int by = 1);
  [[nodiscard]] Memory recall(const core::ObjectKey& key) const;

  Reconciler& reconciler_;
  ControllerContext context_;
  int workers_;
  core::MetricLabels labels_;
  Workqueue queue_;
  mutable std::mutex mutex_;
  std::unordered_map<core::ObjectKey, Memory> memory_;
};

}  // namespace guildhall::runtime
