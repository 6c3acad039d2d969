// An API server that only lists what was recorded, and then says nothing more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "operator/http/server.hpp"

namespace guildhall::benchmarks {

/// Lists `keys` ApiKeys with their Organizations, no Members, and keeps watches open without a word. Thread-safe.
class RecordedApi {
 public:
  explicit RecordedApi(std::size_t keys);

  /// A kubeconfig that leads to it, in that folder.
  [[nodiscard]] std::filesystem::path kubeconfig(const std::filesystem::path& directory) const;

 private:
  [[nodiscard]] http::Response answer(const http::Request& request) const;
  [[nodiscard]] std::string page(const std::string& resource, const std::string& query) const;

  std::size_t keys_;
  http::Server server_;
  std::uint16_t port_;
};

}  // namespace guildhall::benchmarks
