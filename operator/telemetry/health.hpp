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

  void add(std::string name, Check check) { checks_.push_back({std::move(name), std::move(check), true}); }
  /// One that fails nothing: what is wrong stands in the report, which is ok all the same.
  void add_notice(std::string name, Check check) { checks_.push_back({std::move(name), std::move(check), false}); }

  struct Report {
    bool ok = true;
    bool found = true;  ///< false: there is no check of that name
    std::string text;   ///< "ok" or a line for each check: "[+]caches ok", "[-]caches failed: not synced: apikeys",
                        ///< "[!]gate-state: …" of a notice, which stands below "ok" as well
  };
  /// All checks, or the one of that name (not ok when there is none).
  [[nodiscard]] Report report(bool verbose, std::string_view only = {}) const;

 private:
  struct Named {
    std::string name;
    Check check;
    bool must_hold;
  };
  static std::string line_of(const Named& named, const core::Result<void>& result);

  std::vector<Named> checks_;
};

}  // namespace guildhall::telemetry
