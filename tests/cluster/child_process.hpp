// Child processes without a shell.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace guildhall::tests::cluster {

// What to run: the path of a program and its arguments, and what is added to this process's environment.
struct Command {
  std::filesystem::path program;
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> environment;
};

// What a command that has ended said.
struct Output {
  int exit_code = -1;  // 128 + n when signal n ended it
  std::string out;
  std::string err;

  // For GoogleTest's messages.
  friend std::ostream& operator<<(std::ostream& stream, const Output& output);
};

// Runs a command to its end with `input` as its standard input.
// After `limit` it is killed (exit code 137). Throws std::system_error when it cannot be started.
[[nodiscard]] Output run(const Command& command, std::string_view input = {},
                         std::chrono::seconds limit = std::chrono::seconds(120));

// Whether a process runs: one that has ended and was not reaped yet does not.
[[nodiscard]] bool runs(pid_t pid);

// A process in the background that never outlives this one: the kernel kills it when the *thread* that made it ends, so
// make it in the thread of the test. Its standard output and error go to a file, its standard input is empty. Not
// thread-safe.
class ChildProcess {
 public:
  // `descriptors` of this process become 3, 4, ... of the child. Throws std::system_error when it cannot be started.
  ChildProcess(const Command& command, const std::filesystem::path& log, const std::vector<int>& descriptors = {});
  // Kills it if it still runs.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ChildProcess(ChildProcess&&) = delete;
  ChildProcess& operator=(ChildProcess&&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] bool running();
  // Nothing happens when it has ended.
  void signal(int number);
  // Its exit code (128 + n after signal n), or nothing when it still runs after `limit`.
  [[nodiscard]] std::optional<int> wait(std::chrono::seconds limit);
  // Whether it has ended and the kernel says that it wrote a core, wherever core_pattern(5) sends it.
  [[nodiscard]] bool dumped_core() const;

 private:
  pid_t pid_;
  std::optional<int> status_;  // as wait(2) tells it
};

}  // namespace guildhall::tests::cluster
