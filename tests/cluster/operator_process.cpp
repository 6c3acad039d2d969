#include "tests/cluster/operator_process.hpp"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "tests/cluster/eventually.hpp"
#include "tests/cluster/http_get.hpp"

namespace guildhall::tests::cluster {
namespace {

constexpr std::size_t kShown = 4000;

std::string loopback(std::uint16_t port) {
  return "127.0.0.1:" + std::to_string(port);
}

Command command_of(const OperatorOptions& options, std::uint16_t metrics_port, std::uint16_t gate_port) {
  Command command{.program = operator_binary(),
                  .arguments = {options.gate_alone ? "gate" : "run", "--kubeconfig", options.kubeconfig,
                                "--metrics-listen", loopback(metrics_port), "--gate-listen", loopback(gate_port)},
                  .environment = {}};
  if (options.gate_alone) {
    command.arguments.insert(command.arguments.end(), options.flags.begin(), options.flags.end());
    return command;
  }
  for (const std::string& argument :
       {std::string("--namespace"), std::string("guildhall-system"), std::string("--serve-listen"),
        loopback(options.serve_port), std::string("--advertise-host"), std::string("127.0.0.1")})
    command.arguments.push_back(argument);
  command.arguments.insert(command.arguments.end(), options.flags.begin(), options.flags.end());
  // All operators of one control plane share the log, as replicas on one volume do.
  if (std::ranges::find(options.flags, "--store") == options.flags.end()) {
    command.arguments.emplace_back("--store");
    command.arguments.push_back(options.kubeconfig.parent_path() / "store/records.db");
  }
  if (options.ahead.count() > 0) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets the environment
    const char* asan = std::getenv("ASAN_OPTIONS");
    command.environment = {{"LD_PRELOAD", GUILDHALL_SHIFTED_CLOCK},
                           {"GUILDHALL_TEST_CLOCK_AHEAD", std::to_string(options.ahead.count())},
                           {"ASAN_OPTIONS", std::string(asan == nullptr ? "" : asan) + ":verify_asan_link_order=0"}};
  }
  return command;
}

std::string end_of(const std::string& text) {
  return text.size() <= kShown ? text : text.substr(text.size() - kShown);
}

}  // namespace

std::filesystem::path operator_binary() {
  return std::filesystem::path(GUILDHALL_BINARY_DIR) / "bin/guildhall-operator";
}

OperatorProcess::OperatorProcess(OperatorOptions options)
    : options_(std::move(options)),
      metrics_port_(free_port()),
      gate_port_(free_port()),
      process_(command_of(options_, metrics_port_, gate_port_), options_.log) {}

void OperatorProcess::wait_ready() {
  const auto ready = eventually("the operator's /readyz answers 200, or it has ended", [this] {
    const auto answer = http_get(metrics_port_, "/readyz");
    return Observation{.holds = answer.status == 200 || !running(),
                       .seen = std::to_string(answer.status) + " " + answer.body};
  });
  if (!ready || !running()) {
    throw std::runtime_error(std::string(ready ? "the operator has ended" : ready.message()) + "\n" + end_of(log()));
  }
}

void OperatorProcess::signal(int number) {
  process_.signal(number);
  if (number == SIGKILL) {
    static_cast<void>(process_.wait(std::chrono::seconds(10)));
  }
}

std::string OperatorProcess::log() const {
  std::ifstream file(options_.log);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string OperatorProcess::metrics() const {
  return http_get(metrics_port_, "/metrics").body;
}

std::optional<double> OperatorProcess::metric(std::string_view series) const {
  const auto text = "\n" + metrics();
  const auto prefix = "\n" + std::string(series) + " ";
  const auto at = text.find(prefix);
  if (at == std::string::npos) {
    return std::nullopt;
  }
  double value = 0;
  const auto parsed = std::from_chars(text.data() + at + prefix.size(), text.data() + text.size(), value);
  return parsed.ec == std::errc() ? std::optional(value) : std::nullopt;
}

}  // namespace guildhall::tests::cluster
