// guildhall_bench measure DIRECTORY [PART...]: measures, and writes DIRECTORY/PART.jsonl
// guildhall_bench results DIRECTORY PAGE: puts the tables of DIRECTORY into PAGE
// guildhall_bench serve-empty PORT: the gate's server without a gate, until it is ended
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "benchmarks/machine.hpp"
#include "benchmarks/measurement.hpp"
#include "benchmarks/parts.hpp"
#include "benchmarks/table.hpp"
#include "benchmarks/world.hpp"
#include "operator/http/server.hpp"

namespace guildhall::benchmarks {
namespace {

namespace fs = std::filesystem;

struct Part {
  const char* name;
  void (*measure)(Recorder& recorder);
};

constexpr std::array kParts{
    Part{"idle", measure_idle},       Part{"bulk", measure_bulk},         Part{"restart", measure_restart},
    Part{"latency", measure_latency}, Part{"foreign", measure_foreign},   Part{"admission", measure_admission},
    Part{"members", measure_members}, Part{"takeover", measure_takeover}, Part{"audit-store", measure_audit_store},
    Part{"records", measure_records}, Part{"gate", measure_gate},         Part{"revocation", measure_revocation}};

const Part& part_named(const std::string& name) {
  for (const Part& part : kParts) {
    if (name == part.name) return part;
  }
  throw std::runtime_error("there is no part " + name +
                           "; there are idle, bulk, restart, latency, foreign, admission, members, takeover, "
                           "audit-store, records, gate and revocation");
}

std::string machine_table(const std::vector<std::pair<std::string, std::string>>& machine) {
  std::vector<std::vector<std::string>> rows{{"what", "value"}};
  for (const auto& [name, value] : machine)
    rows.push_back({name, value});
  return markdown_table(rows);
}

void write_machine(const fs::path& directory) {
  fs::create_directories(directory);
  std::ofstream(directory / "machine.json") << nlohmann::json(describe_machine()).dump(1) << '\n';
}

void measure(const fs::path& directory, std::vector<std::string> names) {
  if (names.empty()) {
    for (const Part& part : kParts)
      names.emplace_back(part.name);
  }
  for (const auto& name : names)
    static_cast<void>(part_named(name));
  write_machine(directory);
  std::fputs(machine_table(describe_machine()).c_str(), stdout);
  for (const auto& name : names) {
    Recorder recorder(directory, name);
    part_named(name).measure(recorder);
    std::fputs(fmt::format("\n{}\n{}", name, table_of(read_measurements(recorder.file()))).c_str(), stdout);
    std::fflush(stdout);
  }
}

std::string read_file(const fs::path& path) {
  std::ifstream stream(path);
  if (!stream) throw std::runtime_error("there is no " + path.string());
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Parts that were not measured keep their tables.
void write_results(const fs::path& directory, const fs::path& page) {
  const auto machine = nlohmann::json::parse(read_file(directory / "machine.json"));
  std::string text = replace_between_markers(
      read_file(page), "machine", machine_table(machine.get<std::vector<std::pair<std::string, std::string>>>()));
  for (const Part& part : kParts) {
    const fs::path file = directory / fmt::format("{}.jsonl", part.name);
    if (fs::exists(file)) text = replace_between_markers(text, part.name, table_of(read_measurements(file)));
  }
  std::ofstream(page) << text;
}

/// With the limits and the threads that the gate has.
void serve_empty(const std::string& port) {
  http::Limits limits;
  limits.connections = 2'048;
  limits.read_timeout = std::chrono::seconds{75};
  constexpr int kThreads = 2;
  http::Server server(
      "127.0.0.1:" + port, [](const http::Request&) { return http::Response{.body = {}, .headers = {}}; }, limits,
      kThreads);
  expect(server.start());
  ::pause();
}

int usage() {
  std::fputs("usage: guildhall_bench measure DIRECTORY [PART...] | results DIRECTORY PAGE\n", stderr);
  return 64;
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.size() < 2) return usage();
  if (arguments[0] == "measure") {
    measure(arguments[1], {arguments.begin() + 2, arguments.end()});
  } else if (arguments[0] == "results" && arguments.size() == 3) {
    write_results(arguments[1], arguments[2]);
  } else if (arguments[0] == "serve-empty") {
    serve_empty(arguments[1]);
  } else {
    return usage();
  }
  return 0;
}

}  // namespace
}  // namespace guildhall::benchmarks

int main(int argc, char** argv) {
  try {
    const std::span<char*> all(argv, static_cast<std::size_t>(argc));
    return guildhall::benchmarks::run({all.begin() + 1, all.end()});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    return 1;
  }
}
