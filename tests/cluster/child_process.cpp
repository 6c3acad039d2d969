#include "tests/cluster/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <iterator>
#include <ostream>
#include <system_error>

namespace guildhall::tests::cluster {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void throw_errno(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int value = -1) : value_(value) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;

  [[nodiscard]] int get() const { return value_; }
  [[nodiscard]] bool open() const { return value_ >= 0; }
  void close() {
    if (value_ >= 0) {
      ::close(value_);
    }
    value_ = -1;
  }

 private:
  int value_;
};

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw_errno("pipe2");
  }
  return {.read = Descriptor(ends[0]), .write = Descriptor(ends[1])};
}

// For a child's input: unlike a pipe, it can be written to without SIGPIPE, which must not be ignored, since children
// inherit that.
Pipe make_socket_pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw_errno("socketpair");
  }
  return {.read = Descriptor(ends[0]), .write = Descriptor(ends[1])};
}

// argv and envp as execve wants them. Made before vfork: afterwards nothing may be allocated.
class ExecImage {
 public:
  explicit ExecImage(const Command& command) : program_(command.program.string()) {
    strings_.push_back(program_);
    strings_.insert(strings_.end(), command.arguments.begin(), command.arguments.end());
    const auto arguments = strings_.size();
    for (char** entry = environ; *entry != nullptr; ++entry) {
      if (!replaced(*entry, command)) {
        strings_.emplace_back(*entry);
      }
    }
    for (const auto& [name, value] : command.environment) {
      strings_.emplace_back(name).append("=").append(value);
    }
    for (std::size_t i = 0; i < strings_.size(); ++i) {
      (i < arguments ? argv_ : envp_).push_back(strings_[i].data());
    }
    argv_.push_back(nullptr);
    envp_.push_back(nullptr);
  }

  void exec() const { ::execve(program_.c_str(), argv_.data(), envp_.data()); }

 private:
  static bool replaced(std::string_view entry, const Command& command) {
    for (const auto& [name, value] : command.environment) {
      if (entry.starts_with(name) && entry.substr(name.size()).starts_with('=')) {
        return true;
      }
    }
    return false;
  }

  std::string program_;
  std::vector<std::string> strings_;
  std::vector<char*> argv_;
  std::vector<char*> envp_;
};

// The descriptors that the child gets beside the first three: out of the way of the places that they are to take.
class Inheritance {
 public:
  explicit Inheritance(const std::vector<int>& descriptors) {
    copies_.reserve(descriptors.size());
    const int beyond = kFirst + static_cast<int>(descriptors.size());
    for (const int descriptor : descriptors) {
      copies_.emplace_back(::fcntl(descriptor, F_DUPFD_CLOEXEC, beyond));
      if (!copies_.back().open()) {
        throw_errno("fcntl");
      }
    }
  }

  // In the child.
  [[nodiscard]] bool take() const {
    for (std::size_t i = 0; i < copies_.size(); ++i) {
      if (::dup2(copies_[i].get(), kFirst + static_cast<int>(i)) < 0) {
        return false;
      }
    }
    return true;
  }

 private:
  static constexpr int kFirst = 3;
  std::vector<Descriptor> copies_;
};

pid_t start(const Command& command, int in, int out, int err, const std::vector<int>& descriptors = {}) {
  const ExecImage image(command);
  const Inheritance inheritance(descriptors);
  const pid_t parent = ::getpid();
  // Not fork: with the shadow memory of a sanitizer its copy of the page tables took a seventh of all processor time.
  // In the child: system calls only, and no return.
  const pid_t pid = ::vfork();  // NOLINT(bugprone-unsafe-functions): posix_spawn knows no PR_SET_PDEATHSIG
  if (pid < 0) {
    throw_errno("vfork");
  }
  if (pid > 0) {
    return pid;
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  // Sockets of libraries that know no O_CLOEXEC are not the child's: it would hold them open, and seem to use them.
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  if (::getppid() == parent && ::dup2(in, 0) >= 0 && ::dup2(out, 1) >= 0 && ::dup2(err, 2) >= 0 && inheritance.take()) {
    image.exec();
  }
  ::_exit(127);
}

int exit_code_of(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int milliseconds_until(Clock::time_point deadline) {
  return static_cast<int>(
      std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count()));
}

// Takes what is there; closes at the end of the file.
void drain(Descriptor& from, std::string& into) {
  std::array<char, 65536> buffer{};
  const auto got = ::read(from.get(), buffer.data(), buffer.size());
  if (got > 0) {
    into.append(buffer.data(), static_cast<std::size_t>(got));
  } else if (got == 0 || errno != EINTR) {
    from.close();
  }
}

// Gives as much as fits; closes when all is given or nobody reads.
void feed(Descriptor& to, std::string_view& input) {
  const auto put = input.empty() ? 0 : ::send(to.get(), input.data(), input.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (put > 0) {
    input.remove_prefix(static_cast<std::size_t>(put));
  }
  if (input.empty() || (put < 0 && errno != EAGAIN && errno != EINTR)) {
    to.close();
  }
}

struct Streams {
  Descriptor in;
  Descriptor out;
  Descriptor err;
};

// Moves input and output until the child closes both of its outputs; false when it has not by the deadline.
bool converse(Streams& streams, std::string_view input, Output& output, Clock::time_point deadline) {
  while (streams.out.open() || streams.err.open()) {
    std::array<pollfd, 3> polled{{{.fd = streams.in.get(), .events = POLLOUT, .revents = 0},
                                  {.fd = streams.out.get(), .events = POLLIN, .revents = 0},
                                  {.fd = streams.err.get(), .events = POLLIN, .revents = 0}}};
    const int ready = ::poll(polled.data(), polled.size(), milliseconds_until(deadline));
    if (ready == 0) {
      return false;
    }
    if (polled[0].revents != 0) {
      feed(streams.in, input);
    }
    if (polled[1].revents != 0) {
      drain(streams.out, output.out);
    }
    if (polled[2].revents != 0) {
      drain(streams.err, output.err);
    }
  }
  return true;
}

// Waits until the process has ended, without taking its status; false after `limit`.
bool wait_for_end(pid_t pid, Clock::time_point deadline) {
  // By number: glibc has no wrapper before 2.36.
  const Descriptor descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!descriptor.open()) {
    throw_errno("pidfd_open");
  }
  pollfd polled{.fd = descriptor.get(), .events = POLLIN, .revents = 0};
  int ready = 0;
  do {
    ready = ::poll(&polled, 1, milliseconds_until(deadline));
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

// Its status, as wait(2) tells it.
int reap(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

std::ostream& operator<<(std::ostream& stream, const Output& output) {
  return stream << "exit code " << output.exit_code << "\n" << output.err << output.out;
}

Output run(const Command& command, std::string_view input, std::chrono::seconds limit) {
  const auto deadline = Clock::now() + limit;
  auto in = make_socket_pair();
  auto out = make_pipe();
  auto err = make_pipe();
  const pid_t pid = start(command, in.read.get(), out.write.get(), err.write.get());
  in.read.close();
  out.write.close();
  err.write.close();

  Output output;
  Streams streams{.in = std::move(in.write), .out = std::move(out.read), .err = std::move(err.read)};
  if (!converse(streams, input, output, deadline) || !wait_for_end(pid, deadline)) {
    ::kill(pid, SIGKILL);
    output.err += "\nkilled: not finished after " + std::to_string(limit.count()) + " s";
  }
  output.exit_code = exit_code_of(reap(pid));
  return output;
}

bool runs(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  const std::string line{std::istreambuf_iterator<char>(stat), {}};
  // "PID (name) STATE ...", and the name may hold anything.
  const auto state = line.rfind(") ");
  return state != std::string::npos && line.compare(state, 3, ") Z") != 0;
}

ChildProcess::ChildProcess(const Command& command, const std::filesystem::path& log,
                           const std::vector<int>& descriptors)
    : pid_(-1) {
  const Descriptor in(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const Descriptor out(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!in.open() || !out.open()) {
    throw_errno("cannot open " + log.string());
  }
  pid_ = start(command, in.get(), out.get(), out.get(), descriptors);
}

ChildProcess::~ChildProcess() {
  if (running()) {
    signal(SIGKILL);
    reap(pid_);
  }
}

bool ChildProcess::running() {
  return !wait(std::chrono::seconds(0)).has_value();
}

void ChildProcess::signal(int number) {
  if (running()) {
    ::kill(pid_, number);
  }
}

std::optional<int> ChildProcess::wait(std::chrono::seconds limit) {
  if (!status_.has_value() && wait_for_end(pid_, Clock::now() + limit)) {
    status_ = reap(pid_);
  }
  return status_.has_value() ? std::optional(exit_code_of(*status_)) : std::nullopt;
}

bool ChildProcess::dumped_core() const {
  return status_.has_value() && WCOREDUMP(*status_);
}

}  // namespace guildhall::tests::cluster
