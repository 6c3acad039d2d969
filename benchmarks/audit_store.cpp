// What the audit log costs in its store, and beside it the bare sqlite3 CLI that inserts the same rows into the same
// tables.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "benchmarks/parts.hpp"
#include "benchmarks/percentile.hpp"
#include "benchmarks/sample_log.hpp"
#include "operator/store/sqlite_store.hpp"

namespace guildhall::benchmarks {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr std::size_t kEntries = sample::kEntries;
constexpr std::size_t kBatch = 1'000;
constexpr std::size_t kBesideCli = 200'000;
void required(const auto& result) {
  if (!result) throw std::runtime_error(result.error().describe());
}

void shell(const std::string& command) {
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
}

double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

struct Appending {
  double seconds = 0;
  double processor = 0;
  std::vector<double> milliseconds;  ///< of each batch
};

Appending append(store::SqliteStore& store, std::size_t count) {
  Appending appending;
  for (std::size_t first = 0; first < count; first += kBatch) {
    const auto batch = sample::entries_from(first, kBatch);
    const double processor = processor_seconds();
    const auto begin = Clock::now();
    required(store.append(batch));
    const Seconds took = Clock::now() - begin;
    appending.processor += processor_seconds() - processor;
    appending.seconds += took.count();
    appending.milliseconds.push_back(took.count() * 1e3);
  }
  std::ranges::sort(appending.milliseconds);
  return appending;
}

void measure_append(store::SqliteStore& store, Recorder& recorder) {
  const Appending appending = append(store, kEntries);
  const auto entries = static_cast<double>(kEntries);
  recorder.add({"append, 1,000 at once", "entries a second, durable", entries / appending.seconds, "", at_least(2000)});
  recorder.add({"append, 1,000 at once", "entries a second of processor time", entries / appending.processor, "",
                at_least(50'000)});
  recorder.add({"append, 1,000 at once", "p50", percentile(appending.milliseconds, 0.5), "ms", {}});
  recorder.add({"append, 1,000 at once", "p99", percentile(appending.milliseconds, 0.99), "ms", {}});
}

/// One by one, as a leader that starts asks.
double microseconds_to_know(store::SqliteStore& store, const std::vector<std::string>& ids) {
  const auto begin = Clock::now();
  for (const std::string& id : ids)
    required(store.known(std::span(&id, 1)));
  return Seconds(Clock::now() - begin).count() * 1e6 / static_cast<double>(ids.size());
}

void measure_known(store::SqliteStore& store, Recorder& recorder) {
  constexpr std::size_t kAsked = 100'000;
  std::mt19937_64 random(1);
  std::vector<std::string> recorded;
  std::vector<std::string> others;
  for (std::size_t i = 0; i < kAsked; ++i) {
    recorded.push_back(sample::entry_of(random() % kEntries).id);
    others.push_back(sample::entry_of(kEntries + i).id);
  }
  const auto begin = Clock::now();
  required(store.known(std::span(recorded).first(1)));
  const std::string scene = "known";
  recorder.add({scene, "the first question", Seconds(Clock::now() - begin).count() * 1e3, "ms", {}});
  recorder.add({scene, "an id that is recorded", microseconds_to_know(store, recorded), "µs", {}});
  recorder.add({scene, "an id that is not", microseconds_to_know(store, others), "µs", {}});
}

void measure_pages(store::SqliteStore& store, const std::string& scene, std::size_t limit, Recorder& recorder) {
  std::mt19937_64 random(1);
  std::vector<double> milliseconds;
  for (int i = 0; i < 1'000; ++i) {
    const std::size_t organization = random() % sample::kOrganizations;
    core::AuditFilter filter;
    filter.organization_uid = sample::uid_of(organization);
    if (scene != "page of an Organization") {
      filter.email = sample::email_of(organization, random() % sample::kPeople);
      filter.action = sample::actions()[random() % sample::actions().size()];
      filter.from = sample::begin() + std::chrono::days(30) * (random() % 11);
      filter.to = *filter.from + std::chrono::days(30);
    }
    const auto begin = Clock::now();
    required(store.page(filter, {}, limit));
    milliseconds.push_back(Seconds(Clock::now() - begin).count() * 1e3);
  }
  std::ranges::sort(milliseconds);
  recorder.add({scene, "p50", percentile(milliseconds, 0.5), "ms", {}});
  recorder.add({scene, "p99", percentile(milliseconds, 0.99), "ms", at_most(10)});
}

void measure_scan(store::SqliteStore& store, const std::string& scene, const core::AuditFilter& filter,
                  Recorder& recorder) {
  std::size_t seen = 0;
  const auto begin = Clock::now();
  required(store.scan(filter, [&seen](const core::RecordedEntry&) { return ++seen > 0; }));
  const Seconds took = Clock::now() - begin;
  recorder.add({scene, "entries a second", static_cast<double>(kEntries) / took.count(), "", {}});
}

/// What `sqlite3 DATABASE` is to do with the entries of `source`: the same tables and settings, and one INSERT for each
/// row in the same order, in transactions of kBatch entries.
void write_script(const fs::path& source, const fs::path& script) {
  const std::string settings =
      "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = "
      "4000; "
      "PRAGMA cache_size = -16384;";
  const std::string rows = fmt::format(
      "CREATE TEMP TABLE i AS SELECT segment, id, row FROM entry_ids; CREATE UNIQUE INDEX temp.by_row ON i (row); "
      "CREATE TEMP TABLE l AS SELECT row, hash FROM leaves; CREATE UNIQUE INDEX temp.l_by_row ON l (row); "
      "SELECT CASE e.row % {0} WHEN 1 THEN 'BEGIN IMMEDIATE;' || char(10) ELSE '' END || "
      "format('INSERT INTO entry_ids VALUES (%d, %s, %d);', segment, quote(id), e.row) || char(10) || "
      "format('INSERT INTO entries VALUES (%d, %d, %d, %d, %d, %Q, %Q, %Q, %Q, %Q, %Q);', e.row, organization, place, "
      "time, week, action, email, object, outcome, scope, body) || char(10) || "
      "format('INSERT INTO leaves VALUES (%d, %d, %d, %s);', organization, place, e.row, quote(hash)) || "
      "CASE e.row % {0} WHEN 0 THEN char(10) || 'COMMIT;' ELSE '' END "
      "FROM entries e NOT INDEXED JOIN i ON i.row = e.row JOIN l ON l.row = e.row ORDER BY e.row",
      kBatch);
  std::ofstream(script) << settings << '\n';
  shell(fmt::format("sqlite3 '{0}' .schema >> '{1}' && sqlite3 '{0}' \"{2}\" >> '{1}'", source.string(),
                    script.string(), rows));
}

void measure_beside_cli(const fs::path& directory, Recorder& recorder) {
  const std::string scene = "beside the bare sqlite3 CLI, 200,000 entries";
  const auto entries = static_cast<double>(kBesideCli);
  const fs::path script = directory / "script.sql";
  for (int run = 0; run < 3; ++run) {
    for (const char* name : {"ours.db", "ours.db-wal", "ours.db-shm", "cli.db", "cli.db-wal", "cli.db-shm"})
      fs::remove(directory / name);
    store::SqliteStore store(directory / "ours.db");
    const double ours = entries / append(store, kBesideCli).seconds;
    write_script(directory / "ours.db", script);
    const auto begin = Clock::now();
    shell(fmt::format("sqlite3 '{}' < '{}' > /dev/null", (directory / "cli.db").string(), script.string()));
    const double cli = entries / Seconds(Clock::now() - begin).count();
    recorder.add({scene, "entries a second, store", ours, "", {}});
    recorder.add({scene, "entries a second, CLI", cli, "", {}});
    recorder.add({scene, "store against CLI", 100 * ours / cli, "%", at_least(80)});
  }
}

}  // namespace

void measure_audit_store(Recorder& recorder) {
  const fs::path directory = fs::path("build/bench/audit-store");
  fs::remove_all(directory);
  const fs::path file = directory / "records.db";
  {
    store::SqliteStore store(file);
    measure_append(store, recorder);
    measure_known(store, recorder);
    measure_pages(store, "page by email, action and month", 100, recorder);
    measure_pages(store, "page of an Organization", 100, recorder);
    measure_scan(store, "scan", {}, recorder);
    core::AuditFilter rare;
    rare.text = "nowhere to be found";
    measure_scan(store, "scan for a text that is not there", rare, recorder);
  }
  recorder.add(
      {"file", "bytes an entry", static_cast<double>(fs::file_size(file)) / static_cast<double>(kEntries), "", {}});
  const auto begin = Clock::now();
  store::SqliteStore store(file);
  required(store.open());
  recorder.add({"file", "open and check", Seconds(Clock::now() - begin).count(), "s", {}});
  measure_beside_cli(directory, recorder);
}

}  // namespace guildhall::benchmarks
