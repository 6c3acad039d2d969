// What the kernel and the operator itself tell of the operator's process.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace guildhall::benchmarks {

/// Megabytes are 10^6 bytes.
struct ProcessFigures {
  double resident_mb = 0;
  double anonymous_mb = 0;  ///< the part of it that is no file: heap and stacks
  double peak_mb = 0;       ///< VmHWM: the most that was ever resident
  double cpu_seconds = 0;   ///< user and system
  double threads = 0;
};

/// From /proc. Throws std::runtime_error when there is no such process.
ProcessFigures figures_of(pid_t pid);

/// Bytes that came in over the TCP connections that the process has now; nothing when `ss` cannot tell.
std::optional<double> megabytes_received(pid_t pid);

/// The text of /metrics, taken apart.
class Metrics {
 public:
  /// Throws std::runtime_error when nothing answers on that port.
  static Metrics scrape(std::uint16_t port);

  /// The sum over all series of a name.
  [[nodiscard]] double sum(const std::string& name) const;
  /// The sums by the value of one label; "a/b" of two labels.
  [[nodiscard]] std::map<std::string, double> by(const std::string& name, const std::string& label) const;
  [[nodiscard]] std::map<std::string, double> by(const std::string& name, const std::string& label,
                                                 const std::string& further) const;

 private:
  std::map<std::string, double> series_;  ///< name{labels} -> value
};

}  // namespace guildhall::benchmarks
