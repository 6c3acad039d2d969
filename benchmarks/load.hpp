// How many requests a server answers, and how soon: wrk on a processor of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace guildhall::benchmarks {

/// The processors on which things run: servers on one, whoever asks them on the other.
inline constexpr const char* kServersProcessor = "0";
inline constexpr const char* kClientsProcessor = "1";

/// One request: a path, and header fields, each a line that ends in CRLF.
struct LoadRequest {
  std::string path;
  std::string fields;
};

struct LoadFigures {
  double per_second = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  double p999_ms = 0;
};

/// Enough to keep a server of one processor busy.
inline constexpr int kManyConnections = 32;

/// Sends the requests in turn, again and again, over so many connections that are kept. Throws std::runtime_error when
/// an answer is missing or refuses (4xx, 5xx). `directory` is for the script.
LoadFigures put_load_on(std::uint16_t port, const std::vector<LoadRequest>& requests, std::chrono::seconds duration,
                        const std::filesystem::path& directory, int connections = kManyConnections);

}  // namespace guildhall::benchmarks
