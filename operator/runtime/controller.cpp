#include "operator/runtime/controller.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <thread>
#include <utility>

namespace guildhall::runtime {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstDeferral{20};
constexpr milliseconds kLongestDeferral{1000};
/// So often in a row are new failures a reason to look again at once: a plan that leaves out what failed, and tries it
/// again when nothing has failed, would go round for ever.
constexpr int kMostNewsAtOnce = 3;
/// How long the words of a failure stand, though later ones differ (a request id, an address, a time): the plan says
/// them in a status, whose write wakes the key, which tries again and hears others.
constexpr std::chrono::seconds kWordsStand{10};

/// Whether the same failed in the same way, whatever the messages say.
bool same_failures(const std::vector<core::WriteFailure>& before, const std::vector<core::WriteFailure>& after) {
  return std::ranges::equal(before, after, [](const core::WriteFailure& one, const core::WriteFailure& other) {
    return one.object == other.object && one.kind == other.kind;
  });
}

core::Timestamp failing_since(const std::vector<core::WriteFailure>& before, const core::WriteFailure& failure,
                              core::Timestamp now) {
  const auto former = std::ranges::find(before, failure.object, &core::WriteFailure::object);
  return former == before.end() ? now : former->since;
}

}  // namespace

Controller::Controller(Reconciler& reconciler, const ControllerContext& context, int workers, RetryCurve curve)
    : reconciler_(reconciler),
      context_(context),
      workers_(workers),
      labels_{{"controller", std::string(reconciler.name())}},
      queue_(std::string(reconciler.name()), curve, context.steady, context.metrics) {
  context_.metrics.gauge("controller_runtime_max_concurrent_reconciles", labels_, workers);
  context_.metrics.gauge("controller_runtime_active_workers", labels_, 0);
  // From the start, as controller-runtime does: a rate does not see the event with which a counter appears.
  context_.metrics.count("controller_runtime_reconcile_errors_total", labels_, 0);
  context_.metrics.count("controller_runtime_reconcile_panics_total", labels_, 0);
  for (const char* result : {"success", "requeue", "requeue_after", "error"})
    count_result(result, 0);
}

void Controller::add(const core::ObjectKey& key) {
  queue_.add(key);
}

void Controller::add_after(const core::ObjectKey& key, std::chrono::milliseconds delay) {
  queue_.add_after(key, delay);
}

void Controller::run(const std::stop_token& stop) {
  std::vector<std::jthread> workers;
  workers.reserve(static_cast<std::size_t>(workers_));
  for (int worker = 0; worker < workers_; ++worker)
    workers.emplace_back([this, &stop] { work(stop); });
}

void Controller::work(const std::stop_token& stop) {
  while (const auto key = queue_.get(stop)) {
    process(*key, stop);
    queue_.done(*key);
  }
}

bool Controller::work_once(const std::stop_token& stop) {
  const auto key = queue_.try_get();
  if (!key) return false;
  process(*key, stop);
  queue_.done(*key);
  return true;
}

void Controller::process(const core::ObjectKey& key, const std::stop_token& stop) {
  if (deferred(key)) return;
  queue_.cancel_delayed(key);
  context_.metrics.gauge_add("controller_runtime_active_workers", labels_, 1);
  const SteadyTime begin = context_.steady.now();
  try {
    reconcile(key, stop);
  } catch (const std::exception& error) {
    context_.metrics.count("controller_runtime_reconcile_panics_total", labels_, 1);
    fail(key, error.what());
  } catch (...) {
    context_.metrics.count("controller_runtime_reconcile_panics_total", labels_, 1);
    fail(key, "an exception that is no std::exception");
  }
  context_.metrics.observe("controller_runtime_reconcile_time_seconds", labels_,
                           std::chrono::duration<double>(context_.steady.now() - begin).count());
  context_.metrics.gauge_add("controller_runtime_active_workers", labels_, -1);
}

bool Controller::deferred(const core::ObjectKey& key) {
  milliseconds delay = kFirstDeferral;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = memory_.find(key);
    if (found == memory_.end()) return false;
    Memory& memory = found->second;
    std::erase_if(memory.expected, [this](const Write& write) { return context_.caches.shows(write); });
    if (memory.expected.empty()) {
      memory.deferrals = 0;
      return false;
    }
    for (int round = 0; round < memory.deferrals && delay < kLongestDeferral; ++round)
      delay *= 2;
    ++memory.deferrals;
  }
  queue_.add_after(key, std::min(delay, kLongestDeferral));
  return true;
}

void Controller::reconcile(const core::ObjectKey& key, const std::stop_token& stop) {
  const Memory memory = recall(key);
  auto work = reconciler_.reconcile(key, memory.failures, context_.clock.now());
  if (!work) return fail(key, work.error().describe());
  for (const auto& entry : memory.untold) {
    auto& audit = work->plan.audit;
    if (std::ranges::find(audit, entry) == audit.end()) audit.push_back(entry);
  }
  if (context_.noted && work->primary) work->noted = context_.noted(key);
  const Subject subject{reconciler_.type(), key, std::string(reconciler_.finalizer())};
  follow_up(key, work->plan, context_.engine.execute(subject, *work, stop));
}

void Controller::follow_up(const core::ObjectKey& key, const core::Plan& plan, Outcome outcome) {
  const News news = remember(key, outcome);
  if (news == News::AtOnce) queue_.add(key);
  // Also after a failure: a write that is refused must not put off what time brings, such as an expiry.
  if (plan.look_again_after) queue_.add_after(key, *plan.look_again_after);
  if (outcome.succeeded() && news != News::Later) {
    queue_.forget(key);
    return count_result(news == News::AtOnce ? "requeue" : plan.look_again_after ? "requeue_after" : "success");
  }
  queue_.add_rate_limited(key, outcome.retry_after.value_or(milliseconds{0}));
  if (outcome.succeeded()) return count_result("requeue");
  if (outcome.failures.empty()) {
    spdlog::debug("{} {}: {}; will look again", reconciler_.name(), key.to_string(), outcome.transient->describe());
    return count_result("requeue");
  }
  for (const auto& failure : outcome.failures)
    spdlog::warn("{} {}: {}: {}", reconciler_.name(), key.to_string(), failure.object, failure.message);
  context_.metrics.count("controller_runtime_reconcile_errors_total", labels_, 1);
  count_result("error");
}

Controller::News Controller::remember(const core::ObjectKey& key, Outcome& outcome) {
  const std::scoped_lock lock(mutex_);
  Memory& memory = memory_[key];
  for (auto& failure : outcome.failures)
    failure.since = failing_since(memory.failures, failure, context_.clock.now());
  const News news = take_failures(outcome, memory);
  memory.untold = std::move(outcome.untold);
  std::ranges::copy(outcome.writes, std::back_inserter(memory.expected));
  std::erase_if(memory.expected, [this](const Write& write) { return context_.caches.shows(write); });
  const bool nothing = memory.expected.empty() && memory.failures.empty() && memory.untold.empty();
  if (nothing && news == News::None) memory_.erase(key);
  return news;
}

Controller::News Controller::take_failures(const Outcome& outcome, Memory& memory) const {
  // After a transient failure the rest of the plan was not tried: what was refused before may still be.
  const bool says_nothing = outcome.transient && outcome.failures.empty();
  const bool differ = !says_nothing && !same_failures(memory.failures, outcome.failures);
  memory.news_in_a_row = differ ? memory.news_in_a_row + 1 : 0;
  const bool at_once = differ && memory.news_in_a_row <= kMostNewsAtOnce;
  const SteadyTime now = context_.steady.now();
  if (!says_nothing && memory.failures != outcome.failures && (at_once || now - memory.told_at >= kWordsStand)) {
    memory.told_at = now;
    memory.failures = outcome.failures;
    return News::AtOnce;
  }
  return differ ? News::Later : News::None;
}

void Controller::fail(const core::ObjectKey& key, const std::string& why) {
  spdlog::error("{} {}: reconcile failed: {}", reconciler_.name(), key.to_string(), why);
  context_.metrics.count("controller_runtime_reconcile_errors_total", labels_, 1);
  count_result("error");
  queue_.add_rate_limited(key);
}

void Controller::count_result(const char* result, int by) {
  auto labels = labels_;
  labels.emplace_back("result", result);
  context_.metrics.count("controller_runtime_reconcile_total", labels, by);
}

Controller::Memory Controller::recall(const core::ObjectKey& key) const {
  const std::scoped_lock lock(mutex_);
  const auto found = memory_.find(key);
  return found == memory_.end() ? Memory{} : found->second;
}

}  // namespace guildhall::runtime
