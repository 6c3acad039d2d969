#include "operator/runtime/process_identity.hpp"

#include <fmt/format.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill is not in <csignal>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

namespace guildhall::runtime {

namespace {

template <class Number>
std::optional<Number> read_number(std::string_view text) {
  Number number = 0;
  const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || stopped != text.data() + text.size()) return std::nullopt;
  return number;
}

/// State and start time of /proc/PID/stat. Source: proc(5); the name in parentheses may hold spaces and parentheses.
std::optional<std::pair<char, std::uint64_t>> read_stat(std::int64_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const auto name_end = text.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  constexpr int start_time_field = 22;
  constexpr int state_field = 3;
  std::istringstream fields(text.substr(name_end + 1));
  std::string field;
  char state = '?';
  for (int number = state_field; number <= start_time_field && fields >> field; ++number) {
    if (number == state_field) state = field.front();
  }
  const auto start_time = read_number<std::uint64_t>(field);
  if (!start_time) return std::nullopt;
  return std::pair{state, *start_time};
}

}  // namespace

std::string format_identity(const ProcessIdentity& identity) {
  return fmt::format("{}_{}_{}_{}_{}_{}", identity.host, identity.boot_id, identity.pid_namespace, identity.pid,
                     identity.start_time, identity.suffix);
}

std::optional<ProcessIdentity> parse_identity(std::string_view text) {
  constexpr std::size_t fields_after_host = 5;
  std::array<std::string_view, fields_after_host> fields;
  for (std::size_t index = fields_after_host; index > 0; --index) {
    const auto at = text.rfind('_');
    if (at == std::string_view::npos) return std::nullopt;
    fields[index - 1] = text.substr(at + 1);
    text = text.substr(0, at);
  }
  const auto pid_namespace = read_number<std::uint64_t>(fields[1]);
  const auto pid = read_number<std::int64_t>(fields[2]);
  const auto start_time = read_number<std::uint64_t>(fields[3]);
  if (text.empty() || fields[0].empty() || !pid_namespace || !pid || !start_time) return std::nullopt;
  return ProcessIdentity{std::string(text), std::string(fields[0]), *pid_namespace, *pid,
                         *start_time,       std::string(fields[4])};
}

bool is_provably_dead(std::string_view holder, const ProcessIdentity& self, const ProcessProbe& probe) {
  const auto other = parse_identity(holder);
  if (!other || self.boot_id.empty() || self.pid_namespace == 0) return false;
  const bool same_machine =
      other->host == self.host && other->boot_id == self.boot_id && other->pid_namespace == self.pid_namespace;
  if (!same_machine) return false;
  const ProcessState state = probe(other->pid);
  return !state.exists || (state.start_time && *state.start_time != other->start_time);
}

ProcessIdentity this_process(std::string suffix) {
  ProcessIdentity identity;
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) == 0) identity.host = host.data();
  std::ifstream boot("/proc/sys/kernel/random/boot_id");
  std::getline(boot, identity.boot_id);
  struct stat pid_namespace{};
  if (stat("/proc/self/ns/pid", &pid_namespace) == 0) identity.pid_namespace = pid_namespace.st_ino;
  identity.pid = getpid();
  if (const auto read = read_stat(identity.pid)) identity.start_time = read->second;
  identity.suffix = std::move(suffix);
  return identity;
}

ProcessState probe_process(std::int64_t pid) {
  if (pid <= 0) return {};
  // /proc may hide the processes of others; only the kernel's "no such process" is certain.
  if (kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH) return {.exists = false, .start_time = {}};
  const auto read = read_stat(pid);
  if (!read) return {};
  const bool ended = read->first == 'Z' || read->first == 'X';
  return {.exists = !ended, .start_time = read->second};
}

}  // namespace guildhall::runtime
