#include "tests/cluster/devtools.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace guildhall::tests::cluster {
namespace {

using Clock = std::chrono::steady_clock;
using nlohmann::json;

constexpr std::chrono::seconds kPatience{60};

[[noreturn]] void throw_errno(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// It does no errand of its own, so that a test sees only what it asked for.
std::vector<std::string> flags(const std::filesystem::path& folder) {
  return {"--headless",
          "--remote-debugging-pipe",
          "--user-data-dir=" + (folder / "profile").string(),
          "--no-sandbox",  // root may not use it, and all pages are our own
          "--disable-gpu",
          "--disable-dev-shm-usage",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-default-apps",
          "--disable-extensions",
          "--disable-sync",
          "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,OptimizationHints,Translate,MediaRouter",
          "--force-color-profile=srgb",
          "--hide-scrollbars",
          "--lang=en",
          "--no-default-browser-check",
          "--no-first-run",
          "--no-proxy-server",
          "--host-resolver-rules=MAP *.test 127.0.0.1,MAP * ~NOTFOUND,EXCLUDE 127.0.0.1,EXCLUDE localhost"};
}

}  // namespace

// Two pairs of sockets: unlike pipes, they can be written to without SIGPIPE.
struct DevTools::Pipe {
  std::array<int, 2> commands{-1, -1};
  std::array<int, 2> events{-1, -1};

  Pipe() {
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, commands.data()) != 0 ||
        ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, events.data()) != 0) {
      throw_errno("socketpair");
    }
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    for (const int descriptor : {commands[0], commands[1], events[0], events[1]}) {
      close(descriptor);
    }
  }
  static void close(int descriptor) {
    if (descriptor >= 0) {
      ::close(descriptor);
    }
  }
  // The child has its own copies now; its end is seen when nobody holds them here.
  void release_child_ends() {
    close(std::exchange(commands[1], -1));
    close(std::exchange(events[1], -1));
  }
};

DevTools::DevTools(const std::filesystem::path& folder, Listener listener)
    : pipe_(std::make_unique<Pipe>()), listener_(std::move(listener)) {
  std::filesystem::create_directories(folder);
  const Command command{
      .program = "/usr/bin/chromium", .arguments = flags(folder), .environment = {{"HOME", folder.string()}}};
  process_ = std::make_unique<ChildProcess>(command, folder / "chromium.log",
                                            std::vector<int>{pipe_->commands[1], pipe_->events[1]});
  pipe_->release_child_ends();
}

DevTools::~DevTools() {
  // It ends with the pipe, and takes its helpers along; the destructor of the process kills it when it does not.
  pipe_.reset();
  (void)process_->wait(kPatience);
}

void DevTools::send(const json& message) {
  const std::string text = message.dump() + '\0';
  std::size_t sent = 0;
  while (sent < text.size()) {
    const auto count = ::send(pipe_->commands[0], text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (count < 0) {
      throw_errno("Chromium takes no command; see its chromium.log");
    }
    sent += static_cast<std::size_t>(count);
  }
}

json DevTools::receive(Clock::time_point deadline, const std::string& what) {
  std::size_t end = received_.find('\0');
  while (end == std::string::npos) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd polled{.fd = pipe_->events[0], .events = POLLIN, .revents = 0};
    if (left.count() <= 0 || ::poll(&polled, 1, static_cast<int>(left.count())) == 0) {
      throw std::runtime_error("Chromium: waited in vain for " + what);
    }
    std::array<char, 65536> buffer{};
    const auto count = ::read(pipe_->events[0], buffer.data(), buffer.size());
    if (count == 0 || (count < 0 && errno != EINTR)) {
      throw std::runtime_error("Chromium has ended; see its chromium.log");
    }
    received_.append(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    end = received_.find('\0');
  }
  auto message = json::parse(received_.substr(0, end));
  received_.erase(0, end + 1);
  return message;
}

json DevTools::call(const std::string& method, const json& params) {
  const int id = ++last_id_;
  json command = {{"id", id}, {"method", method}, {"params", params}};
  if (!session_.empty()) {
    command["sessionId"] = session_;
  }
  send(command);
  const auto deadline = Clock::now() + kPatience;
  while (true) {
    const json message = receive(deadline, "the result of " + method);
    if (!message.contains("id")) {
      listener_(message);
    } else if (message["id"] == id && message.contains("error")) {
      throw std::runtime_error(method + ": " + message["error"].dump());
    } else if (message["id"] == id) {
      return message["result"];
    }
  }
}

void DevTools::attach(const std::string& target) {
  session_ = call("Target.attachToTarget", {{"targetId", target}, {"flatten", true}})["sessionId"];
}

void DevTools::await(const std::string& what, const std::function<bool()>& condition) {
  const auto deadline = Clock::now() + kPatience;
  while (!condition()) {
    const json message = receive(deadline, what);
    if (!message.contains("id")) {
      listener_(message);
    }
  }
}

}  // namespace guildhall::tests::cluster
