#include "operator/kube/reflector.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <random>
#include <utility>

#include "operator/kube/watch_event.hpp"

namespace guildhall::kube {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstBackoff{800};
constexpr std::chrono::minutes kHealthy{2};
constexpr std::chrono::seconds kShortestWatch{300};
constexpr std::chrono::seconds kEndedAtOnce{1};
/// Longer than a client waits for the head of an answer: a watch that lasted so long had begun, even if nothing came.
constexpr std::chrono::seconds kSurelyBegun{45};

/// What the reflector itself reads of an object.
struct Head {
  core::ObjectKey key;
  ObjectCache::Standing standing;
  std::string resource_version;
};

std::string text_at(const nlohmann::json& metadata, const char* name) {
  const auto found = metadata.find(name);
  return found != metadata.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

core::Result<Head> read_head(const nlohmann::json& object) {
  const auto metadata = object.find("metadata");
  if (metadata == object.end() || !metadata->is_object())
    return core::fail(core::ErrorKind::Invalid, "metadata is missing");
  Head head;
  head.key = {text_at(*metadata, "namespace"), text_at(*metadata, "name")};
  head.resource_version = text_at(*metadata, "resourceVersion");
  head.standing = {.uid = text_at(*metadata, "uid"),
                   .version = parse_version(head.resource_version).value_or(0),
                   .deleting = !text_at(*metadata, "deletionTimestamp").empty()};
  if (head.key.name.empty()) return core::fail(core::ErrorKind::Invalid, "metadata.name is missing");
  return head;
}

std::string type_label(const core::ResourceType& type) {
  return type.group.empty() ? type.plural : type.plural + "." + type.group;
}

/// The server's cache is behind the version that we ask for (it was restarted, or restored from a backup).
bool is_too_large_version(const core::Error& error) {
  return error.kind == core::ErrorKind::Timeout &&
         error.describe().find("Too large resource version") != std::string::npos;
}

/// The server's own words: it does not know how to stream a list. Without a reason it would be an event that could not
/// be read.
bool refuses_to_stream(const core::Error& error) {
  return error.kind == core::ErrorKind::Invalid && !error.reason.empty();
}

}  // namespace

Pacing system_pacing() {
  auto engine = std::make_shared<std::mt19937_64>(std::random_device{}());
  auto mutex = std::make_shared<std::mutex>();
  return {
      .now = [] { return std::chrono::steady_clock::now(); },
      .wait =
          [](milliseconds time, const std::stop_token& stop) {
            std::mutex waiting;
            std::condition_variable_any changed;
            std::unique_lock lock(waiting);
            changed.wait_for(lock, stop, time, [] { return false; });
          },
      .random =
          [engine, mutex] {
            const std::scoped_lock lock(*mutex);
            return std::uniform_real_distribution<double>(0.0, 1.0)(*engine);
          },
  };
}

std::optional<std::uint64_t> parse_version(std::string_view resource_version) {
  std::uint64_t version = 0;
  const char* const begin = resource_version.data();
  const char* const end = begin + resource_version.size();
  const auto [stopped, error] = std::from_chars(begin, end, version);
  if (error != std::errc{} || stopped != end || begin == end) return std::nullopt;
  return version;
}

milliseconds ReflectorBackoff::next() {
  const auto now = pacing_->now();
  const bool healthy_since = now - last_end_ > kHealthy;
  step_ = std::min(step_.count() == 0 || healthy_since ? kFirstBackoff : step_ * 2, pacing_->longest_backoff);
  const auto jitter = milliseconds(static_cast<std::int64_t>(static_cast<double>(step_.count()) * pacing_->random()));
  last_end_ = now + step_ + jitter;
  return step_ + jitter;
}

Reflector::Reflector(ObjectCache& cache, Client& client, core::Metrics& metrics, Pacing pacing)
    : cache_(cache),
      client_(client),
      metrics_(metrics),
      pacing_(std::move(pacing)),
      backoff_(pacing_),
      labels_{{"type", type_label(cache.type())}} {}

void Reflector::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto outcome = cycle(stop);
    if (outcome) report_recovery();
    if (outcome || stop.stop_requested()) continue;
    const bool listing = must_list_;
    const auto delay = after_failure(outcome.error());
    spdlog::debug("informer of {}: {}; going on in {} ms", cache_.describe(), outcome.error().describe(),
                  delay.value_or(milliseconds{0}).count());
    // Without a delay it is no trouble but part of the protocol: a version that is too old, a list that must be paged.
    if (!delay) continue;
    report_failure(listing, outcome.error());
    pacing_.wait(*delay, stop);
  }
}

core::Result<void> Reflector::cycle(const std::stop_token& stop) {
  if (!must_list_) return watch_on(stop);
  metrics_.count("guildhall_informer_relists_total", labels_, 1);
  return streams_ ? stream_list(stop) : paged_list(stop);
}

Reflector::Progress Reflector::begin_list() const {
  Progress progress{.listing = true, .any_event = false, .missing = {}};
  for (auto& key : cache_.keys())
    progress.missing.insert(std::move(key));
  return progress;
}

std::chrono::seconds Reflector::watch_timeout() const {
  const auto further = static_cast<double>(kShortestWatch.count()) * pacing_.random();
  return kShortestWatch + std::chrono::seconds(static_cast<std::int64_t>(further));
}

core::Result<void> Reflector::stream_list(const std::stop_token& stop) {
  WatchOptions options;
  options.selection = cache_.selection();
  options.initial_events = true;
  options.resource_version = newest_only_ ? "" : version_;
  Progress progress = begin_list();
  auto outcome = run_watch(options, progress, stop);
  if (outcome && progress.listing)
    return core::fail(core::ErrorKind::Unavailable, "the list ended before it was complete");
  return outcome;
}

core::Result<void> Reflector::watch_on(const std::stop_token& stop) {
  WatchOptions options;
  options.selection = cache_.selection();
  options.resource_version = version_;
  Progress progress;
  return run_watch(options, progress, stop);
}

core::Result<void> Reflector::run_watch(const WatchOptions& options, Progress& progress, const std::stop_token& stop) {
  const auto begin = pacing_.now();
  WatchOptions with_timeout = options;
  with_timeout.timeout = watch_timeout();
  with_timeout.on_open = [this] { cache_.hear(pacing_.now()); };
  auto outcome = client_.watch(
      cache_.type(), with_timeout,
      [this, &progress](WatchEvent&& event) {
        progress.any_event = true;
        take(event, progress);
        return true;
      },
      stop);
  if (!progress.listing && pacing_.now() - begin >= kSurelyBegun) report_recovery();
  if (outcome && !progress.any_event && pacing_.now() - begin < kEndedAtOnce)
    return core::fail(core::ErrorKind::Unavailable, "the answer ended as soon as it began");
  return outcome;
}

core::Result<void> Reflector::paged_list(const std::stop_token& stop) {
  ListOptions options;
  options.selection = cache_.selection();
  options.resource_version = newest_only_ ? "" : version_;
  if (!options.resource_version.empty()) options.resource_version_match = "NotOlderThan";
  Progress progress = begin_list();
  while (progress.listing) {
    auto page = client_.list(cache_.type(), options, stop);
    if (!page) return std::unexpected(std::move(page.error()));
    cache_.hear(pacing_.now());
    for (const auto& object : page->items)
      place(object, progress);
    if (page->continue_token.empty()) finish_list(page->resource_version, progress);
    options.continue_token = page->continue_token;
    // A continue token carries its version; the server refuses both.
    options.resource_version.clear();
    options.resource_version_match.clear();
  }
  return {};
}

std::optional<milliseconds> Reflector::after_failure(const core::Error& error) {
  const bool gone = error.kind == core::ErrorKind::Gone;
  const bool list_refused = must_list_;
  if (gone) must_list_ = true;
  if (list_refused && refuses_to_stream(error) && streams_) {
    streams_ = false;
    return std::nullopt;
  }
  if (list_refused && (gone || is_too_large_version(error)) && !newest_only_) {
    newest_only_ = true;
    return std::nullopt;
  }
  // Once at a time: a server that answers Gone to everything must not be asked in a tight loop.
  if (gone && std::exchange(progressed_, false)) return std::nullopt;
  return std::max(backoff_.next(), error.retry_after.value_or(milliseconds{0}));
}

void Reflector::report_failure(bool listing, const core::Error& error) {
  core::Error bare = error;
  bare.object.clear();  // the type, which is named already
  const std::string_view what = listing ? "list" : "watch";
  const std::string why = bare.describe();
  cache_.set_trouble(fmt::format("cannot {}: {}", what, why));
  cache_.lose(why);
  if (outage_.fails(listing, error, pacing_.now()))
    spdlog::warn("cannot {} {}: {}; trying again until it works", what, cache_.describe(), why);
}

void Reflector::report_recovery() {
  if (!outage_.lasts()) return;
  cache_.set_trouble("");
  if (const auto lasted = outage_.ends(pacing_.now())) {
    spdlog::info("{} can be listed and watched again, after {} s", cache_.describe(),
                 std::chrono::ceil<std::chrono::seconds>(*lasted).count());
  }
}

void Reflector::take(const WatchEvent& event, Progress& progress) {
  metrics_.count("guildhall_informer_watch_events_total", labels_, 1);
  cache_.hear(pacing_.now());
  if (!progress.listing) {
    progressed_ = true;
    report_recovery();
  }
  if (event.type == WatchEventType::Bookmark) {
    take_bookmark(event, progress);
  } else if (event.type == WatchEventType::Deleted) {
    remove(event.object, progress);
  } else {
    place(event.object, progress);
  }
}

void Reflector::take_bookmark(const WatchEvent& event, Progress& progress) {
  const auto metadata = event.object.find("metadata");
  const std::string version = metadata == event.object.end() ? "" : text_at(*metadata, "resourceVersion");
  if (progress.listing) {
    if (event.ends_initial_events) finish_list(version, progress);
    return;
  }
  come_to(version);
  cache_.advance(parse_version(version).value_or(0));
}

void Reflector::place(const nlohmann::json& object, Progress& progress) {
  const auto head = read_head(object);
  if (!head) return report_undecodable("", head.error());
  progress.missing.erase(head->key);
  const std::uint64_t seen = progress.listing ? 0 : head->standing.version;
  const auto before = cache_.standing_of(head->key);
  if (before && before->version != 0 && *before == head->standing) {
    cache_.advance(seen);
  } else {
    // Deleted and made anew while nobody looked: the handlers are told both.
    if (before && before->uid != head->standing.uid) cache_.erase(head->key, 0);
    if (const auto placed = cache_.upsert(head->key, head->standing, object, seen); !placed) {
      report_undecodable(core::describe(cache_.type(), head->key), placed.error());
      cache_.erase(head->key, seen);
    }
  }
  if (progress.listing) return;
  come_to(head->resource_version);
  report_size();
}

void Reflector::remove(const nlohmann::json& object, Progress& progress) {
  const auto head = read_head(object);
  if (!head) return report_undecodable("", head.error());
  progress.missing.erase(head->key);
  cache_.erase(head->key, progress.listing ? 0 : head->standing.version);
  if (!progress.listing) come_to(head->resource_version);
  report_size();
}

void Reflector::finish_list(const std::string& resource_version, Progress& progress) {
  for (const auto& key : progress.missing)
    cache_.erase(key, 0);
  progress.missing.clear();
  progress.listing = false;
  cache_.advance(parse_version(resource_version).value_or(0));
  version_ = resource_version;
  must_list_ = false;
  newest_only_ = false;
  report_size();
  report_recovery();
  cache_.mark_synced();
}

void Reflector::come_to(const std::string& resource_version) {
  if (!resource_version.empty()) version_ = resource_version;
}

void Reflector::report_size() {
  metrics_.gauge("guildhall_informer_objects", labels_, static_cast<double>(cache_.size()));
}

void Reflector::report_undecodable(const std::string& object, const core::Error& error) {
  metrics_.count("guildhall_informer_undecodable_total", labels_, 1);
  spdlog::warn("an object of {} cannot be read and counts as absent: {} {}", labels_.front().second, object,
               error.describe());
}

}  // namespace guildhall::kube
