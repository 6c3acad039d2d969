#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace guildhall::runtime {

/// Which process holds a lease: enough to prove on the same machine that it is dead.
struct ProcessIdentity {
  std::string host;
  std::string boot_id;              ///< of the running kernel: /proc/sys/kernel/random/boot_id
  std::uint64_t pid_namespace = 0;  ///< inode of /proc/self/ns/pid: a pid means something only there
  std::int64_t pid = 0;
  std::uint64_t start_time = 0;  ///< in clock ticks since boot: tells a process from a later one of its pid
  std::string suffix;            ///< random, so that no two runs have the same identity
  bool operator==(const ProcessIdentity&) const = default;
};

/// "<host>_<boot id>_<pid namespace>_<pid>_<start time>_<suffix>": a Lease's holderIdentity.
std::string format_identity(const ProcessIdentity& identity);
/// Unset: not written by format_identity.
std::optional<ProcessIdentity> parse_identity(std::string_view text);

/// What is known of a pid on this machine.
struct ProcessState {
  bool exists = true;  ///< false only when that is certain; a zombie does not exist
  std::optional<std::uint64_t> start_time;
};
using ProcessProbe = std::function<ProcessState(std::int64_t pid)>;

/// Whether that holder cannot run any more: same host, same boot, same pid namespace as `self`, and no such process now
/// or another one under its pid. False when anything is unknown: pods differ in host name and pid namespace, so a pod
/// never judges another.
bool is_provably_dead(std::string_view holder, const ProcessIdentity& self, const ProcessProbe& probe);

/// This process, with that suffix.
ProcessIdentity this_process(std::string suffix);
/// Asks the kernel.
ProcessState probe_process(std::int64_t pid);

}  // namespace guildhall::runtime
