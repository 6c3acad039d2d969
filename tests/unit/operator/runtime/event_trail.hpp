#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "operator/core/object_meta.hpp"
#include "operator/kube/client.hpp"
#include "operator/runtime/audit_trail.hpp"

namespace guildhall::tests {

/// Tells by an Event of the occurrence's own name. What it has told it knows; what another has, it does not.
class EventTrail final : public runtime::AuditTrail {
 public:
  explicit EventTrail(kube::Client& client) : client_(client) {}

  [[nodiscard]] std::vector<core::AuditNote> untold(const runtime::Regarding& /*regarding*/,
                                                    const std::vector<core::AuditNote>& noted) const override {
    std::vector<core::AuditNote> result;
    std::ranges::copy_if(noted, std::back_inserter(result),
                         [this](const auto& note) { return !told_.contains(note.identity); });
    return result;
  }

  core::Result<void> tell(const runtime::Regarding& regarding, const core::AuditNote& note,
                          const std::stop_token& stop) override {
    nlohmann::json event = core::object_head(core::types::events(), {regarding.key.ns, note.identity});
    event["reason"] = note.action.text();
    const auto created = client_.create(core::types::events(), regarding.key.ns, event, stop);
    if (!created && created.error().kind != core::ErrorKind::AlreadyExists) return std::unexpected(created.error());
    told_.insert(note.identity);
    return {};
  }

 private:
  kube::Client& client_;
  std::set<std::string> told_;
};

}  // namespace guildhall::tests
