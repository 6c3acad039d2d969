#include "operator/plugin/audit_selector.hpp"

#include <string_view>

#include "operator/core/text.hpp"
#include "operator/plugin/email.hpp"

namespace guildhall::plugin {

namespace {

void add(std::string& selector, std::string_view key, const std::optional<std::string>& value) {
  if (!value) return;
  if (!selector.empty()) selector += ',';
  selector.append(key).append("=").append(core::escape_field_value(*value));
}

}  // namespace

std::string field_selector(const AuditSelection& selection) {
  std::string selector;
  add(selector, "action", selection.action);
  add(selector, "email", selection.email.transform([](const std::string& email) { return as_in_members(email); }));
  add(selector, "outcome", selection.outcome);
  add(selector, "scope", selection.scope);
  add(selector, "object", selection.object);
  add(selector, "from", selection.from);
  add(selector, "to", selection.to);
  add(selector, "q", selection.query);
  return selector;
}

}  // namespace guildhall::plugin
