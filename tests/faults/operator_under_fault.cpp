#include "tests/faults/operator_under_fault.hpp"

#include <fmt/format.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): SIGKILL by the name that kill(2) has

#include <algorithm>
#include <sstream>
#include <utility>

#include "tests/cluster/eventually.hpp"
#include "tests/cluster/guildhall_installation.hpp"

namespace guildhall::tests::faults {

testing::AssertionResult comes_true(std::string_view what, const std::function<std::string()>& why_not,
                                    std::chrono::seconds limit) {
  return cluster::eventually(
      what,
      [&] {
        std::string why = why_not();
        return cluster::Observation{.holds = why.empty(), .seen = std::move(why)};
      },
      limit);
}

OperatorUnderFault::OperatorUnderFault() {
  static const auto direct = cluster::install_guildhall(cluster::shared_control_plane());
  kubeconfig_ = proxy_.lead_through(direct);
}

void OperatorUnderFault::start(std::vector<std::string> flags) {
  const std::string test = testing::UnitTest::GetInstance()->current_test_info()->name();
  std::string file = "operator." + test + ".log";
  std::replace(file.begin(), file.end(), '/', '.');
  process_.reset();  // it gives its port free by its end, which takes seconds on a busy machine
  process_ = std::make_unique<cluster::OperatorProcess>(
      cluster::OperatorOptions{.kubeconfig = kubeconfig_,
                               .log = cluster::shared_control_plane().directory() / file,
                               .flags = std::move(flags),
                               .serve_port = serve_port_});
}

void OperatorUnderFault::kill() {
  process_->signal(SIGKILL);
  process_.reset();
}

std::string OperatorUnderFault::why_not_idle(std::size_t keys) const {
  const auto value = [this](const char* series) { return process_->metric(series).value_or(-1); };
  const double looks = value(R"(controller_runtime_reconcile_time_seconds_count{controller="apikey"})");
  const double organizations = value(R"(controller_runtime_reconcile_time_seconds_count{controller="organization"})");
  const double waiting = value(R"(workqueue_depth{name="apikey"})") + value(R"(workqueue_depth{name="organization"})");
  const double working = value(R"(controller_runtime_active_workers{controller="apikey"})") +
                         value(R"(controller_runtime_active_workers{controller="organization"})");
  const bool idle = looks >= static_cast<double>(keys) && organizations >= 1 && waiting == 0 && working == 0;
  return idle ? "" : process_->metrics();
}

std::string OperatorUnderFault::why_not_done() const {
  for (const char* controller : {"apikey", "organization", "member"}) {
    const auto retrying = process_->metric(fmt::format(R"(guildhall_retrying_objects{{name="{}"}})", controller));
    if (retrying != 0) return fmt::format("{} objects of {} are to be tried again", retrying.value_or(-1), controller);
  }
  return "";
}

std::string OperatorUnderFault::writes_after_restart(std::size_t keys) {
  kill();
  proxy_.rules().clear();
  const auto before = proxy_.writes().all().size();
  start();
  process_->wait_ready();
  EXPECT_TRUE(comes_true("the new operator has nothing more to do", [&] { return why_not_idle(keys); }));
  const auto writes = proxy_.writes().all();
  std::ostringstream lines;
  for (auto at = before; at < writes.size(); ++at) {
    if (writes[at].request.target.contains("/apiservices/")) continue;
    lines << writes[at].request.verb << " " << writes[at].request.target << " " << writes[at].status << "\n";
  }
  return lines.str();
}

}  // namespace guildhall::tests::faults
