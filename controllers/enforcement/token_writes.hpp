#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>

#include "operator/core/resource_type.hpp"

namespace guildhall::controllers::enforcement {

/// Where tokens are being written, or were, and no cache shows it yet. Whoever lets people in somewhere looks here
/// first, and at a cache then; whoever writes begins here first, and asks a cache then whether the write is still
/// wanted: so one of them sees the other. Thread-safe.
class TokenWrites {
 public:
  void begin(const std::string& organization, const core::ObjectKey& place);
  /// What that Organization began has failed, or the caches show it: known at its next look, which comes at once when
  /// it is changed, and before that nobody is let in anyway. Where that was.
  std::set<core::ObjectKey> end(const std::string& organization);

  [[nodiscard]] std::set<core::ObjectKey> of(const std::string& organization) const;
  [[nodiscard]] std::set<core::ObjectKey> all() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::set<core::ObjectKey>> places_;  ///< by Organization
};

}  // namespace guildhall::controllers::enforcement
