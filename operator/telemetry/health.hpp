#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "operator/core/result.hpp"

namespace guildhall::telemetry {

/// Named checks behind one path, as Kubernetes' own servers have them. Thread-safe once all are added.
class HealthChecks {
 public:
  /// What is wrong, or nothing.
  using Check = std::function<core::Result<void>()>;

  void add(std::string name, Check check) { checks_.push_back({std::move(name), std::move(check)}); }

  struct Report {
    bool ok = true;
    bool found = true;  ///< false: there is no check of that name
    std::string text;   ///< "ok" or a line for each check: "[+]caches ok", "[-]caches failed: not synced: apikeys"
  };
  /// All checks, or the one of that name (not ok when there is none).
  [[nodiscard]] Report report(bool verbose, std::string_view only = {}) const;

 private:
  struct Named {
    std::string name;
    Check check;
  };
  std::vector<Named> checks_;
};

}  // namespace guildhall::telemetry
