#include "benchmarks/load.hpp"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "tests/cluster/child_process.hpp"

namespace guildhall::benchmarks {

namespace {

/// wrk runs it in each of its threads, and `done` at the end.
constexpr const char* kScript = R"lua(
local requests = {}
local next_one = 0
function init()  -- not before: only now wrk knows its host
  for line in io.lines(REQUESTS) do
    local path, fields = line:match("^(%S+) ?(.*)$")
    local headers = {}
    for name, value in fields:gmatch("([^:]+): ([^\1]*)\1") do headers[name] = value end
    requests[#requests + 1] = wrk.format("GET", path, headers)
  end
end
function request()
  next_one = next_one % #requests + 1
  return requests[next_one]
end
function done(summary, latency)
  io.write(string.format('\nRESULT {"requests": %d, "us": %d, "bad": %d, "p50": %f, "p99": %f, "p999": %f}\n',
    summary.requests, summary.duration, summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
)lua";

std::string line_of(const LoadRequest& request) {
  std::string fields = request.fields;
  for (auto at = fields.find("\r\n"); at != std::string::npos; at = fields.find("\r\n", at))
    fields.replace(at, 2, 1, '\1');
  return fmt::format("{} {}\n", request.path, fields);
}

}  // namespace

LoadFigures put_load_on(std::uint16_t port, const std::vector<LoadRequest>& requests, std::chrono::seconds duration,
                        const std::filesystem::path& directory, int connections) {
  const auto list = directory / "requests.txt";
  {
    std::ofstream out(list);
    for (const LoadRequest& request : requests)
      out << line_of(request);
  }
  const auto script = directory / "load.lua";
  std::ofstream(script) << fmt::format("local REQUESTS = \"{}\"\n{}", list.string(), kScript);
  const auto ran =
      tests::cluster::run({.program = "/usr/bin/taskset",
                           .arguments = {"-c", kClientsProcessor, "/usr/bin/wrk", "-t1",
                                         fmt::format("-c{}", connections), fmt::format("-d{}s", duration.count()), "-s",
                                         script.string(), fmt::format("http://127.0.0.1:{}/", port)},
                           .environment = {}},
                          {}, duration + std::chrono::seconds(60));
  const auto at = ran.out.find("RESULT ");
  if (ran.exit_code != 0 || at == std::string::npos) throw std::runtime_error("wrk: " + ran.out + ran.err);
  const auto result = nlohmann::json::parse(ran.out.substr(at + 7, ran.out.find('\n', at) - at - 7));
  if (result["bad"] != 0 || result["requests"] == 0) throw std::runtime_error("wrong answers under load: " + ran.out);
  const double us = result["us"];
  return {.per_second = result["requests"].get<double>() / us * 1e6,
          .p50_ms = result["p50"].get<double>() / 1'000,
          .p99_ms = result["p99"].get<double>() / 1'000,
          .p999_ms = result["p999"].get<double>() / 1'000};
}

}  // namespace guildhall::benchmarks
