#include "operator/admission/webhook_paths.hpp"

#include <algorithm>

namespace guildhall::admission {

namespace {

constexpr const char* kSealPurpose = "webhook";

}  // namespace

/// Each step of a service's path must have the form of a DNS name (apiextensions, ValidateWebhookService): a seal's
/// colon is written as a hyphen, which no seal has.
core::Result<std::string> WebhookPaths::path_of(const std::string& webhook) const {
  auto seal = sealer_.sign(kSealPurpose, webhook);
  if (!seal) return std::unexpected(seal.error());
  std::ranges::replace(*seal, ':', '-');
  return "/" + webhook + "/" + *seal;
}

std::string WebhookPaths::webhook_at(std::string_view path) const {
  if (!path.starts_with('/')) return {};
  path.remove_prefix(1);
  const auto slash = path.find('/');
  if (slash == std::string_view::npos) return {};
  std::string webhook(path.substr(0, slash));
  std::string seal(path.substr(slash + 1));
  std::ranges::replace(seal, '-', ':');
  return sealer_.verify(kSealPurpose, webhook, seal) ? webhook : std::string{};
}

}  // namespace guildhall::admission
