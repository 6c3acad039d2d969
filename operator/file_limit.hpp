#pragma once

#include <cstdint>

namespace guildhall {

/// Lets this process open as many files and sockets as it may: what a shell or a runtime gives it at first (1,024, as a
/// rule) is less than the connections that it answers. Returns how many that are. Source: setrlimit(2), RLIMIT_NOFILE.
std::uint64_t raise_file_limit();

}  // namespace guildhall
