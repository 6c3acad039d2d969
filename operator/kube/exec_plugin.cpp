#include "operator/kube/exec_plugin.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill is not in <csignal>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

extern "C" {
#include <sys/pidfd.h>  // glibc 2.36 forgets the linkage
}

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX wants it so

namespace guildhall::kube {

namespace {

using core::ErrorKind;
using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::seconds kLongestRun{60};
constexpr std::size_t kLongestOutput = 1U << 20U;

class File {
 public:
  explicit File(int descriptor = -1) : descriptor_(descriptor) {}
  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  File& operator=(File&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

std::unexpected<core::Error> system_failure(const char* what, int number) {
  return core::fail(ErrorKind::Internal, fmt::format("{}: {}", what, std::generic_category().message(number)));
}

/// "NAME=value" of our environment, with the plugin's on top.
std::vector<std::string> child_environment(const ExecPlugin& plugin, const std::string& info) {
  auto extra = plugin.env;
  extra.emplace_back("KUBERNETES_EXEC_INFO", info);
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    const auto name = text.substr(0, text.find('='));
    const bool replaced = std::ranges::any_of(extra, [&](const auto& pair) { return pair.first == name; });
    if (!replaced) variables.emplace_back(text);
  }
  for (const auto& [name, value] : extra)
    variables.push_back(fmt::format("{}={}", name, value));
  return variables;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (auto& text : texts)
    result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// posix_spawn's two descriptions, freed together.
class SpawnRules {
 public:
  explicit SpawnRules(int output) {
    ::posix_spawn_file_actions_init(&files_);
    ::posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&files_, output, STDOUT_FILENO);
    // Sockets of the HTTP library are not close-on-exec.
    ::posix_spawn_file_actions_addclosefrom_np(&files_, STDERR_FILENO + 1);
    ::posix_spawnattr_init(&attributes_);
    sigset_t none;
    ::sigemptyset(&none);
    sigset_t all;
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    // A group of its own: what the plugin starts goes with it.
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  SpawnRules(const SpawnRules&) = delete;
  SpawnRules& operator=(const SpawnRules&) = delete;
  ~SpawnRules() {
    ::posix_spawn_file_actions_destroy(&files_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  [[nodiscard]] const posix_spawn_file_actions_t* files() const { return &files_; }
  [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t files_{};
  posix_spawnattr_t attributes_{};
};

/// A running plugin; killed and waited for when it goes.
class Child {
 public:
  static core::Result<Child> start(const ExecPlugin& plugin, const std::string& info);
  Child(Child&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)), output_(std::move(other.output_)), handle_(std::move(other.handle_)) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  Child& operator=(Child&&) = delete;
  ~Child() {
    if (pid_ <= 0) return;
    ::kill(-pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  [[nodiscard]] int output() const { return output_.get(); }
  [[nodiscard]] int handle() const { return handle_.get(); }
  /// After the handle became readable.
  int exit_code() {
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  Child(pid_t pid, File output, File handle) : pid_(pid), output_(std::move(output)), handle_(std::move(handle)) {}

  pid_t pid_;
  File output_;
  File handle_;
};

core::Result<Child> Child::start(const ExecPlugin& plugin, const std::string& info) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_failure("pipe", errno);
  File read_end(ends[0]);
  const File write_end(ends[1]);
  const SpawnRules rules(write_end.get());
  std::vector<std::string> arguments{plugin.command};
  arguments.insert(arguments.end(), plugin.args.begin(), plugin.args.end());
  auto variables = child_environment(plugin, info);
  pid_t pid = -1;
  const int failed = ::posix_spawnp(&pid, plugin.command.c_str(), rules.files(), rules.attributes(),
                                    pointers(arguments).data(), pointers(variables).data());
  if (failed == ENOENT)
    return core::fail(ErrorKind::NotFound,
                      "there is no such command" + (plugin.install_hint.empty() ? "" : "; " + plugin.install_hint));
  if (failed != 0) return system_failure("it cannot be started", failed);
  return Child(pid, std::move(read_end), File(::pidfd_open(pid, 0)));
}

/// Waits on the plugin's output, its end, and `stop`.
class Supervision {
 public:
  Supervision(Child& child, const std::stop_token& stop)
      : child_(child), woken_(::eventfd(0, EFD_CLOEXEC)), wake_(stop, Wake{woken_.get()}) {}

  core::Result<std::string> output() {
    std::string text;
    while (true) {
      if (auto ready = wait(child_.output()); !ready) return std::unexpected(std::move(ready.error()));
      std::array<char, 4096> buffer{};
      const ssize_t got = ::read(child_.output(), buffer.data(), buffer.size());
      if (got <= 0) return text;
      text.append(buffer.data(), static_cast<std::size_t>(got));
      if (text.size() > kLongestOutput) return core::fail(ErrorKind::Invalid, "it prints more than 1 MiB");
    }
  }

  core::Result<int> exit_code() {
    if (auto ended = wait(child_.handle()); !ended) return std::unexpected(std::move(ended.error()));
    return child_.exit_code();
  }

 private:
  struct Wake {
    int descriptor;
    void operator()() const { static_cast<void>(::eventfd_write(descriptor, 1)); }
  };

  core::Result<void> wait(int descriptor) {
    std::array<pollfd, 2> watched{
        {{.fd = descriptor, .events = POLLIN, .revents = 0}, {.fd = woken_.get(), .events = POLLIN, .revents = 0}}};
    int ready = -1;
    do {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - SteadyClock::now());
      ready = ::poll(watched.data(), watched.size(), static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    } while (ready < 0 && errno == EINTR);
    if (watched[1].revents != 0) return core::fail(ErrorKind::Canceled, "stopped");
    if (ready == 0) return core::fail(ErrorKind::Timeout, "it did not end within a minute");
    return {};
  }

  Child& child_;
  const SteadyClock::time_point deadline_ = SteadyClock::now() + kLongestRun;
  File woken_;
  std::stop_callback<Wake> wake_;
};

}  // namespace

core::Result<ExecCredential> run_exec_plugin(const ExecPlugin& plugin, const std::string& info,
                                             const std::stop_token& stop) {
  auto child = Child::start(plugin, info);
  if (!child) return std::unexpected(std::move(child.error()));
  Supervision supervision(*child, stop);
  auto output = supervision.output();
  if (!output) return std::unexpected(std::move(output.error()));
  // Wiped with this value: it holds the credentials.
  const core::SecretText printed(std::move(*output));
  const auto code = supervision.exit_code();
  if (!code) return std::unexpected(code.error());
  if (*code != 0) return core::fail(ErrorKind::Invalid, fmt::format("it ended with exit code {}", *code));
  return parse_exec_credential(printed.reveal(), plugin);
}

}  // namespace guildhall::kube
