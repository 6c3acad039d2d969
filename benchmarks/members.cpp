// One of very many Members gets another role: how long until it has it everywhere, and whether it is ever without one.
#include <fmt/format.h>

#include <atomic>
#include <cctype>
#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <thread>

#include "benchmarks/crowd.hpp"
#include "benchmarks/parts.hpp"
#include "benchmarks/process_figures.hpp"
#include "benchmarks/world.hpp"
#include "operator/api/member.hpp"
#include "tests/cluster/eventually.hpp"

namespace guildhall::benchmarks {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;
using tests::cluster::eventually;
using tests::cluster::Observation;

const Crowd kCrowd{.name = "crowd", .members = 1'000, .namespaces = 50};
constexpr std::size_t kOne = 555;
constexpr const char* kScene = "1,000 Members x 50 namespaces";
const core::ResourceType kEvents{"", "v1", "events", "Event", true};

/// Asks the server again and again, as the Member, for what any role may read in each namespace.
class Watchman {
 public:
  explicit Watchman(World& world)
      : client_(world.user(email_of(kCrowd, kOne))), thread_([this](const std::stop_token& stop) {
          while (!stop.stop_requested())
            look_around();
        }) {}

  [[nodiscard]] int looks() const { return looks_; }
  [[nodiscard]] int rounds() const { return rounds_; }
  [[nodiscard]] int refusals() const { return refusals_; }

 private:
  void look_around() {
    for (const auto& ns : namespaces_of(kCrowd)) {
      const auto answer = client_->get(kEvents, {ns, "none"});
      refusals_ += !answer && answer.error().kind != core::ErrorKind::NotFound ? 1 : 0;
      ++looks_;
    }
    ++rounds_;
  }

  std::unique_ptr<kube::Client> client_;
  std::atomic<int> looks_ = 0;
  std::atomic<int> rounds_ = 0;
  std::atomic<int> refusals_ = 0;
  std::jthread thread_;
};

/// In how many namespaces the binding of that role has the Member.
std::size_t places(World& world, const std::string& role) {
  std::size_t found = 0;
  for (const auto& ns : namespaces_of(kCrowd)) {
    const core::ObjectKey key{ns, "guildhall:guildhall-deployments-" + role};
    const auto binding = world.admin().get(core::types::role_bindings(), key);
    if (!binding && binding.error().kind == core::ErrorKind::NotFound) continue;
    if (expect(binding).dump().contains('"' + email_of(kCrowd, kOne) + '"')) ++found;
  }
  return found;
}

void wait_for(const std::string& what, const std::function<Observation()>& look) {
  const auto come = eventually(what, look, std::chrono::minutes(5));
  if (!come) throw std::runtime_error(come.message());
}

void measure_change(World& world, const std::string& from, const std::string& to, Recorder& recorder) {
  progress(fmt::format("members: one becomes {}", to));
  std::string role = to;
  role.front() = static_cast<char>(std::toupper(role.front()));
  const auto begin = Clock::now();
  expect(world.admin().merge_patch(api::member_type(), {kCrowd.name, member_name(kOne)}, {{"spec", {{"role", role}}}}));
  wait_for("the new role stands everywhere and the old one nowhere", [&] {
    const std::size_t has = places(world, to);
    const std::size_t had = places(world, from);
    return Observation{.holds = has == kCrowd.namespaces && had == 0, .seen = fmt::format("{} / {}", has, had)};
  });
  recorder.add(
      {kScene, "time until a changed role is bound everywhere", Seconds(Clock::now() - begin).count(), "s", {}});
}

}  // namespace

void measure_members(Recorder& recorder) {
  World world;
  const auto process = world.start_operator();
  const auto begin = Clock::now();
  make_crowd(world, kCrowd);
  recorder.add({kScene, "time until every Member has its role", Seconds(Clock::now() - begin).count(), "s", {}});
  wait_until_quiet(*process, std::chrono::seconds(5));
  recorder.add({kScene, "resident memory", figures_of(process->pid()).resident_mb, "MB", {}});
  Watchman watchman(world);
  wait_for("the watchman has looked around", [&] { return Observation{.holds = watchman.rounds() > 0, .seen = ""}; });
  const auto before = Metrics::scrape(process->metrics_port()).sum("guildhall_writes_total");
  for (const auto& [from, to] :
       {std::pair{"editor", "viewer"}, std::pair{"viewer", "admin"}, std::pair{"admin", "editor"}})
    measure_change(world, from, to, recorder);
  wait_until_quiet(*process, std::chrono::seconds(5));
  const auto writes = Metrics::scrape(process->metrics_port()).sum("guildhall_writes_total") - before;
  recorder.add({kScene, "writes for a change, of three", writes / 3, "", {}});
  recorder.add({kScene, "looks of the Member meanwhile", static_cast<double>(watchman.looks()), "", {}});
  recorder.add({kScene, "of them refused", static_cast<double>(watchman.refusals()), "", at_most(0)});
  end(*process);
}

}  // namespace guildhall::benchmarks
