#include "operator/signals.hpp"

#include <unistd.h>
#include <csignal>

#include <atomic>

namespace guildhall {
namespace {

std::atomic<int> exit_code_on_alarm{1};

sigset_t end_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

extern "C" void on_alarm(int /*signal*/) {
  _exit(exit_code_on_alarm);
}

}  // namespace

void block_end_signals() {
  const sigset_t set = end_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // a peer that went away is an error of a write, not the end of the process
}

void wait_for_end_signal() {
  const sigset_t set = end_signals();
  int signal = 0;
  sigwait(&set, &signal);
}

void request_end() {
  kill(getpid(), SIGTERM);
}

void end_at_most_in(std::chrono::seconds time, int exit_code) {
  exit_code_on_alarm = exit_code;
  std::signal(SIGALRM, on_alarm);
  alarm(static_cast<unsigned>(time.count()));
}

}  // namespace guildhall
