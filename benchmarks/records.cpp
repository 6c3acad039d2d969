// What it takes to read 1,000,000 entries of one Organization through the API server: exports, pages and text, and
// beside them the bare sqlite3 CLI that writes the same columns of the same file.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "benchmarks/parts.hpp"
#include "benchmarks/percentile.hpp"
#include "benchmarks/process_figures.hpp"
#include "benchmarks/sample_log.hpp"
#include "benchmarks/world.hpp"
#include "operator/api/organization.hpp"
#include "operator/store/sqlite_store.hpp"
#include "tests/cluster/eventually.hpp"

namespace guildhall::benchmarks {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;
using tests::cluster::OperatorProcess;

constexpr std::size_t kBatch = 1'000;
constexpr int kRounds = 3;
constexpr double kEntries = sample::kEntries;

double seconds_of(const std::string& command) {
  const auto begin = Clock::now();
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
  return Seconds(Clock::now() - begin).count();
}

void fill(const fs::path& file, const core::AuditOrganization& organization) {
  store::SqliteStore store(file);
  for (std::size_t first = 0; first < sample::kEntries; first += kBatch) {
    auto batch = sample::entries_from(first, kBatch);
    for (core::AuditEntry& entry : batch)
      entry.organization = organization;
    expect(store.append(batch));
  }
}

/// Rows that the file has, without its first line.
double rows_of(const fs::path& file) {
  std::ifstream in(file);
  return static_cast<double>(std::count(std::istreambuf_iterator<char>(in), {}, '\n')) - 1;
}

class Reading {
 public:
  Reading(World& world, OperatorProcess& process, Recorder& recorder)
      : world_(world), process_(process), recorder_(recorder), directory_(world.store().parent_path()) {}

  /// The API server asks anew whether anybody serves them half a minute after it found nobody.
  void wait_until_served() const {
    const auto served = tests::cluster::eventually("the records API answers", [this] {
      const auto read = world_.kubectl()({"get", "auditentries", "-n", "org-0000", "--field-selector=from=1s"});
      return tests::cluster::Observation{.holds = read.exit_code == 0, .seen = read.err};
    });
    if (!served) throw std::runtime_error(served.message());
  }

  /// Rows a second, the median.
  double measure_export(const std::string& format) {
    const fs::path file = directory_ / ("export." + format);
    const double before = figures_of(process_.pid()).resident_mb;
    double most = 0;
    std::vector<double> rates;
    for (int round = 0; round < kRounds; ++round) {
      const double seconds = seconds_of(fmt::format("{} > '{}'", get("?format=" + format), file.string()));
      if (format == "csv" && rows_of(file) < kEntries) throw std::runtime_error("rows are missing");
      rates.push_back(kEntries / seconds);
      recorder_.add({"export of 1,000,000 as " + format, "rows a second", rates.back(), "", {}});
      most = std::max(most, figures_of(process_.pid()).resident_mb);
    }
    recorder_.add({"export of 1,000,000 as " + format, "resident before", before, "MB", {}});
    recorder_.add({"export of 1,000,000 as " + format, "resident at most, after each", most, "MB", {}});
    recorder_.add(
        {"export of 1,000,000 as " + format, "peak of the process", figures_of(process_.pid()).peak_mb, "MB", {}});
    std::ranges::sort(rates);
    return percentile(rates, 0.5);
  }

  /// The columns of the CSV; changes and actor stand in the body.
  double measure_cli() {
    std::vector<double> rates;
    const std::string columns =
        "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', time / 1000000.0, 'unixepoch'), email, action, scope, outcome, object, "
        "json_extract(body, '$.changes'), json_extract(body, '$.actor.user'), json_extract(body, '$.source'), "
        "json_extract(body, '$.id'), place FROM entries ORDER BY time DESC, row DESC";
    for (int round = 0; round < kRounds; ++round) {
      const double seconds = seconds_of(fmt::format("sqlite3 -csv '{}' \"{}\" > '{}'", world_.store().string(), columns,
                                                    (directory_ / "cli.csv").string()));
      rates.push_back(kEntries / seconds);
      recorder_.add({"sqlite3 -csv of the same", "rows a second", rates.back(), "", {}});
    }
    std::ranges::sort(rates);
    return percentile(rates, 0.5);
  }

  void measure_page(const std::string& scene, const std::string& query) {
    std::vector<double> milliseconds;
    for (int i = 0; i < 20; ++i)
      milliseconds.push_back(1e3 * seconds_of(get(query) + " > /dev/null"));
    std::ranges::sort(milliseconds);
    recorder_.add({scene, "kubectl's time, p50", percentile(milliseconds, 0.5), "ms", {}});
    recorder_.add({scene, "kubectl's time, p99", percentile(milliseconds, 0.99), "ms", {}});
  }

 private:
  [[nodiscard]] std::string get(const std::string& query) const {
    const auto kubectl = world_.kubectl();
    return fmt::format(
        "'{}' --kubeconfig '{}' get --raw '/apis/records.guildhall.dev/v1alpha1/namespaces/org-0000/auditentries{}'",
        kubectl.program().string(), kubectl.kubeconfig().string(), query);
  }

  World& world_;
  OperatorProcess& process_;
  Recorder& recorder_;
  fs::path directory_;
};

}  // namespace

void measure_records(Recorder& recorder) {
  World world;
  auto process = world.start_operator();
  world.make_organizations(1);
  const auto uid = expect(world.admin().get(api::organization_type(), {"", "org-0000"}))["metadata"]["uid"];
  end(*process);
  progress("records: writing 1,000,000 entries");
  fill(world.store(), {.name = "org-0000", .uid = uid, .home = "org-0000"});
  process = world.start_operator();
  Reading reading(world, *process, recorder);
  reading.wait_until_served();
  reading.measure_page("page of one", "?limit=1");
  reading.measure_page("page of 100 by email, action and month",
                       "?limit=100&email=person-7@organization-7.example&action=MemberRoleChanged&from=2026-03-01&to="
                       "2026-04-01");
  reading.measure_page("page of 100 with a text that most have", "?limit=100&q=spec.role");
  reading.measure_page("page with a text that none has", "?limit=100&q=nowhere");
  progress("records: exports");
  const double ours = reading.measure_export("csv");
  reading.measure_export("jsonl");
  const double cli = reading.measure_cli();
  recorder.add({"export of 1,000,000 as csv", "against sqlite3 -csv", 100 * ours / cli, "%", at_least(50)});
}

}  // namespace guildhall::benchmarks
