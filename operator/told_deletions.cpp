#include "operator/told_deletions.hpp"

#include <algorithm>
#include <cstddef>

#include "operator/audit/standing.hpp"

namespace guildhall {

core::Result<bool> log_tells_deletion(store::AuditStore& log, const std::string& organization_uid,
                                      const std::string& object, const std::string& uid) {
  constexpr std::size_t enough = 500;
  core::AuditFilter filter;
  filter.organization_uid = organization_uid;
  filter.object = object;
  const auto page = log.page(filter, std::nullopt, enough);
  if (!page) return std::unexpected(page.error());
  return std::ranges::any_of(page->entries,
                             [&](const auto& recorded) { return audit::tells_deletion(recorded.entry, uid); });
}

}  // namespace guildhall
