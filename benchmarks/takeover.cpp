// How soon a standby leads: after its leader was killed, ended in good order, or fell silent on another machine.
#include <fmt/format.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): signals by the names that kill(2) has

#include <chrono>
#include <string>
#include <thread>

#include "benchmarks/parts.hpp"
#include "benchmarks/world.hpp"

namespace guildhall::benchmarks {
namespace {

using Clock = std::chrono::steady_clock;
using tests::cluster::OperatorProcess;

constexpr int kRounds = 3;
constexpr double kAim = 16;  ///< seconds, with the default lease of 15

const core::ObjectKey& lease() {
  static const core::ObjectKey key{"guildhall-system", "guildhall-operator"};
  return key;
}

bool leads(World& world, const OperatorProcess& process) {
  const auto read = expect(world.admin().get(core::types::leases(), lease()));
  return read["spec"].value("holderIdentity", "").find(fmt::format("_{}_", process.pid())) != std::string::npos;
}

/// With filled caches it has also seen who leads.
void wait_until_it_stands_by(const OperatorProcess& process) {
  while (!process.metric(R"(guildhall_informer_objects{type="apikeys.guildhall.dev"})"))
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
}

double seconds_until_led_by(World& world, const OperatorProcess& process, Clock::time_point since) {
  while (!leads(world, process))
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  return std::chrono::duration<double>(Clock::now() - since).count();
}

/// `leave` makes the first one lead no longer. The standby is ended afterwards.
template <class Leave>
void measure(World& world, Recorder& recorder, const std::string& scene, Leave leave) {
  for (int round = 0; round < kRounds; ++round) {
    progress(fmt::format("takeover: {}, round {} of {}", scene, round + 1, kRounds));
    const auto leader = world.start_operator();
    const auto standby = world.launch_standby();
    wait_until_it_stands_by(*standby);
    const auto since = Clock::now();
    leave(*leader);
    recorder.add(
        {scene, "time until the standby leads", seconds_until_led_by(world, *standby, since), "s", at_most(kAim)});
    end(*standby);
  }
}

void take_for_another_machine(World& world, OperatorProcess& leader) {
  // It must not renew what is taken from it.
  leader.signal(SIGSTOP);
  expect(
      world.admin().merge_patch(core::types::leases(), lease(), {{"spec", {{"holderIdentity", "another-machine"}}}}));
  leader.signal(SIGKILL);
}

}  // namespace

void measure_takeover(Recorder& recorder) {
  World world;
  measure(world, recorder, "ended in good order", [](OperatorProcess& leader) { leader.signal(SIGTERM); });
  measure(world, recorder, "killed, on the same machine", [](OperatorProcess& leader) { leader.signal(SIGKILL); });
  measure(world, recorder, "fell silent on another machine",
          [&](OperatorProcess& leader) { take_for_another_machine(world, leader); });
}

}  // namespace guildhall::benchmarks
