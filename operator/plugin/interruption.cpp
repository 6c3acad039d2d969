#include "operator/plugin/interruption.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace guildhall::plugin {

namespace {

sigset_t end_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

int signals_as_descriptor() {
  const sigset_t set = end_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return signalfd(-1, &set, SFD_CLOEXEC);
}

}  // namespace

Interruption::Interruption(EndsBy ends) : signals_(signals_as_descriptor()), end_(eventfd(0, EFD_CLOEXEC)) {
  if (ends == EndsBy::SignalOrReader) std::signal(SIGPIPE, SIG_IGN);
  thread_ = std::thread([this, ends] { wait(ends); });
}

Interruption::~Interruption() {
  eventfd_write(end_, 1);
  thread_.join();
  close(end_);
  close(signals_);
}

void Interruption::wait(EndsBy ends) {
  // A pipe whose other end is closed says POLLERR unasked; poll passes over a negative descriptor.
  const int read = ends == EndsBy::SignalOrReader ? STDOUT_FILENO : -1;
  std::array<pollfd, 3> watched{{{.fd = signals_, .events = POLLIN, .revents = 0},
                                 {.fd = end_, .events = POLLIN, .revents = 0},
                                 {.fd = read, .events = 0, .revents = 0}}};
  while (poll(watched.data(), watched.size(), -1) < 0 && errno == EINTR) {
  }
  source_.request_stop();
}

void discard_output() {
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0) return;
  dup2(nowhere, STDOUT_FILENO);
  close(nowhere);
}

}  // namespace guildhall::plugin
