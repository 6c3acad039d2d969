#include "operator/core/audit_action.hpp"

namespace guildhall::core {

namespace {

bool is_at(std::string_view field, std::string_view place) {
  if (!field.starts_with(place)) return false;
  return field.size() == place.size() || field[place.size()] == '.';
}

}  // namespace

std::span<const AuditAction> audit_actions() {
  return catalogue::kActions;
}

const AuditAction* find_audit_action(std::string_view name) {
  const std::size_t place = catalogue::place_of(name);
  return place < catalogue::kActions.size() ? &catalogue::kActions[place] : nullptr;
}

const AuditAction* action_of_change(std::string_view kind, const FieldChange& change) {
  for (const AuditAction& action : catalogue::kActions) {
    const bool is_it = action.kind == kind && !action.field.empty() && is_at(change.field, action.field) &&
                       (action.value.empty() || action.value == change.new_value);
    if (is_it) return &action;
  }
  return nullptr;
}

}  // namespace guildhall::core
