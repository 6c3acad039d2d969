#include "operator/records/entry_selection.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <ranges>
#include <string_view>
#include <utility>

#include "operator/core/kind_names.hpp"
#include "operator/core/text.hpp"
#include "operator/records/moment.hpp"

namespace guildhall::records {

namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

constexpr std::array<std::string_view, 10> kKeys{"action", "email", "outcome", "scope",         "object",
                                                 "from",   "to",    "q",       "metadata.name", "metadata.namespace"};

/// What all terms need: the actions that there are, and what time it is.
struct Context {
  std::span<const std::string> actions;
  core::Timestamp now;
};

Result<void> set_action(EntrySelection& selection, const std::string& value, const Context& context) {
  if (std::ranges::find(context.actions, value) == context.actions.end())
    return fail(ErrorKind::Invalid,
                fmt::format("there is no action '{}'; there are {}", value, fmt::join(context.actions, ", ")));
  selection.filter.action = value;
  return {};
}

Result<void> set_outcome(EntrySelection& selection, const std::string& value) {
  selection.filter.outcome = core::parse_audit_outcome(value);
  if (selection.filter.outcome) return {};
  return fail(ErrorKind::Invalid, fmt::format("there is no outcome '{}'; there are Success, Refused", value));
}

Result<void> set_scope(EntrySelection& selection, const std::string& value) {
  selection.filter.scope = core::parse_audit_scope(value);
  if (selection.filter.scope) return {};
  return fail(ErrorKind::Invalid, fmt::format("there is no scope '{}'; there are Organization, Deployment", value));
}

/// As the log has it, of a kind that is written so or as kubectl takes it.
Result<std::string> kind_of(const std::string& written) {
  std::string word = core::lower_case(written);
  constexpr std::string_view kGroup = ".guildhall.dev";
  if (word.ends_with(kGroup)) word.resize(word.size() - kGroup.size());
  if (const core::KindNames* const known = core::find_kind(word)) return std::string(known->kind);
  return fail(ErrorKind::Invalid,
              fmt::format("object: there is no kind '{}'; there are {}", written,
                          fmt::join(core::kKinds | std::views::transform(&core::KindNames::kind), ", ")));
}

Result<void> set_object(EntrySelection& selection, const std::string& value) {
  const auto slash = value.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == value.size())
    return fail(ErrorKind::Invalid, fmt::format("'{}' is no object: write kind/name, such as Member/jane", value));
  auto kind = kind_of(value.substr(0, slash));
  if (!kind) return std::unexpected(std::move(kind.error()));
  selection.filter.object = *kind + value.substr(slash);
  return {};
}

Result<void> set_moment(std::optional<core::Timestamp>& moment, const FieldTerm& term, core::Timestamp now) {
  const auto time = parse_moment(term.value, now);
  if (!time) return fail(ErrorKind::Invalid, term.key + ": " + time.error().message);
  moment = *time;
  return {};
}

Result<void> set(EntrySelection& selection, const FieldTerm& term, const Context& context) {
  if (term.key == "action") return set_action(selection, term.value, context);
  if (term.key == "outcome") return set_outcome(selection, term.value);
  if (term.key == "scope") return set_scope(selection, term.value);
  if (term.key == "object") return set_object(selection, term.value);
  if (term.key == "from") return set_moment(selection.filter.from, term, context.now);
  if (term.key == "to") return set_moment(selection.filter.to, term, context.now);
  // Members have theirs in lower case.
  if (term.key == "email") selection.filter.email = core::lower_case(term.value);
  if (term.key == "q") selection.filter.text = term.value;
  if (term.key == "metadata.name") selection.name = term.value;
  if (term.key == "metadata.namespace") selection.ns = term.value;
  return {};
}

Result<void> check(const std::vector<FieldTerm>& terms) {
  for (const FieldTerm& term : terms) {
    if (std::ranges::find(kKeys, term.key) == kKeys.end())
      return fail(ErrorKind::Invalid,
                  fmt::format("field label not supported: {}; there are {}", term.key, fmt::join(kKeys, ", ")));
    if (!term.equal)
      return fail(ErrorKind::Invalid, fmt::format("{}!={}: records can be selected by = only", term.key, term.value));
    const auto other = std::ranges::find_if(
        terms, [&](const FieldTerm& one) { return one.key == term.key && one.value != term.value; });
    if (other != terms.end())
      return fail(ErrorKind::Invalid,
                  fmt::format("{} is asked for as '{}' and as '{}': ask for one", term.key, term.value, other->value));
  }
  return {};
}

Result<void> check(const EntrySelection& selection) {
  const core::AuditFilter& filter = selection.filter;
  if (filter.from && filter.to && *filter.from >= *filter.to)
    return fail(ErrorKind::Invalid,
                fmt::format("from ({}) must be before to ({})", core::format_timestamp(*filter.from),
                            core::format_timestamp(*filter.to)));
  if (selection.name && filter != core::AuditFilter{})
    return fail(ErrorKind::Invalid, "metadata.name names one record; nothing but metadata.namespace goes with it");
  return {};
}

}  // namespace

Result<EntrySelection> select_entries(const std::vector<FieldTerm>& terms, std::span<const std::string> actions,
                                      core::Timestamp now) {
  if (auto sound = check(terms); !sound) return std::unexpected(std::move(sound.error()));
  EntrySelection selection;
  for (const FieldTerm& term : terms) {
    if (auto done = set(selection, term, {actions, now}); !done) return std::unexpected(std::move(done.error()));
  }
  if (auto sound = check(selection); !sound) return std::unexpected(std::move(sound.error()));
  return selection;
}

}  // namespace guildhall::records
