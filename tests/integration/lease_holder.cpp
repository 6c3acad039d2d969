// A process that takes part in an election until it is killed: lease_holder KUBECONFIG NAMESPACE IDENTITY LEASE_SECONDS
// As the leader it writes its identity into the ConfigMap `leader` again and again. IDENTITY `process`: that of this
// process, as the operator has it. Exits with 0 when stopped, 3 when the lease is lost. SIGUSR1 stops it as SIGSTOP
// would, but between two writes: what it had begun to send it would send to the end as soon as it goes on.
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "operator/runtime/leader_election.hpp"
#include "operator/runtime/process_identity.hpp"
#include "tests/integration/kube_client_fixture.hpp"

namespace {

using namespace guildhall;  // NOLINT(google-build-using-namespace): one small program

constexpr int kLost = 3;

void write_until(kube::Client& client, const std::string& ns, const std::string& identity, std::mutex& writing,
                 const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  for (int number = 0; !stop.stop_requested(); ++number) {
    auto object = tests::config_map("leader", identity);
    object["data"]["number"] = std::to_string(number);
    const auto written = [&] {
      const std::scoped_lock one(writing);
      return client.apply(tests::config_maps(), {ns, "leader"}, object, {}, stop);
    }();
    if (!written) spdlog::warn("not written: {}", written.error().describe());
    never.wait_for(lock, stop, std::chrono::milliseconds(20), [] { return false; });
  }
}

/// Until `end`: SIGTERM stops it, SIGUSR1 lets it sleep as soon as nothing is being written.
void heed(const sigset_t& handled, std::mutex& writing, std::stop_source& stop, const std::stop_token& end) {
  const timespec moment{.tv_sec = 0, .tv_nsec = 50'000'000};
  while (!end.stop_requested()) {
    const int signal = sigtimedwait(&handled, nullptr, &moment);
    if (signal == SIGTERM) stop.request_stop();
    if (signal != SIGUSR1) continue;
    const std::scoped_lock none(writing);
    kill(getpid(), SIGSTOP);
  }
}

int run(const std::filesystem::path& kubeconfig, const std::string& ns, const std::string& identity, int seconds,
        const sigset_t& handled) {
  runtime::LeaseSettings settings;
  settings.lease = {ns, "test"};
  settings.identity = identity == "process" ? runtime::format_identity(runtime::this_process("x")) : identity;
  settings.lease_duration = std::chrono::seconds(seconds);
  settings.renew_deadline = settings.lease_duration * 2 / 3;
  settings.retry_period = std::min<std::chrono::milliseconds>(settings.lease_duration / 8, std::chrono::seconds(1));
  settings.previous_identity_is_dead = [](const std::string& holder) {
    return runtime::is_provably_dead(holder, runtime::this_process(""), runtime::probe_process);
  };
  const auto lease_client = tests::client_of(kubeconfig, runtime::lease_client_options(settings));
  const runtime::SystemClock clock;
  const runtime::BootClock steady;
  core::NoMetrics metrics;
  runtime::LeaderElection election(*lease_client, settings, clock, steady, metrics);
  kube::ClientOptions guarded;
  guarded.write_guard = election.write_guard();
  const auto client = tests::client_of(kubeconfig, guarded);
  std::mutex writing;
  std::stop_source stop;
  const std::jthread signals([&](const std::stop_token& end) { heed(handled, writing, stop, end); });
  const auto end = election.run(
      {.lead = [&](const std::stop_token& token) { write_until(*client, ns, settings.identity, writing, token); },
       .lost = {}},
      stop.get_token());
  return end == runtime::ElectionEnd::Lost ? kLost : 0;
}

}  // namespace

int main(int argc, char** argv) {
  constexpr int arguments = 5;
  if (argc != arguments) return 64;
  sigset_t handled;
  sigemptyset(&handled);
  sigaddset(&handled, SIGTERM);
  sigaddset(&handled, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &handled, nullptr);
  return run(argv[1], argv[2], argv[3], std::stoi(argv[4]), handled);
}
