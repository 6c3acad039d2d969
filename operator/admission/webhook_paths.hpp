#pragma once

#include <string>
#include <string_view>

#include "operator/core/result.hpp"
#include "operator/core/seal.hpp"

namespace guildhall::admission {

/// Where a webhook is asked: "/changes/<seal of its name>". The API server shows nobody a credential unless it is told
/// to in its own start-up configuration, so the path is what proves that a caller is the API server: only the
/// webhooks' configuration has it. Whoever could call a webhook could have seals made. Each replica knows the path of
/// each, by the seal keys that they share; an earlier one holds as long as its key is kept. Thread-safe.
class WebhookPaths {
 public:
  explicit WebhookPaths(const core::Sealer& sealer) : sealer_(sealer) {}

  /// Errors: Unavailable while there is no seal key.
  [[nodiscard]] core::Result<std::string> path_of(const std::string& webhook) const;
  /// The webhook that is asked there; empty: it is no path of one.
  [[nodiscard]] std::string webhook_at(std::string_view path) const;

 private:
  const core::Sealer& sealer_;
};

}  // namespace guildhall::admission
