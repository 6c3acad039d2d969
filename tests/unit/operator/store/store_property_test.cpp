// SqliteStore and the model do the same, whatever is done to both.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "operator/store/sqlite_store.hpp"
#include "tests/unit/operator/store/memory_store.hpp"
#include "tests/unit/operator/store/sample_entries.hpp"
#include "tests/unit/operator/store/temporary_directory.hpp"

namespace guildhall::store {
namespace {

using core::AuditEntry;
using core::AuditFilter;
using core::RecordedEntry;

template <class Value>
std::optional<Value> maybe(const rc::Gen<Value>& value) {
  return *rc::gen::inRange(0, 2) == 0 ? std::nullopt : std::optional<Value>(*value);
}

/// Few of each, over some weeks and with equal times, so that they meet.
core::Timestamp draw_time() {
  return kNoon + std::chrono::days(3) * *rc::gen::inRange(-4, 4) + std::chrono::microseconds(*rc::gen::inRange(0, 3));
}
std::string draw_organization() {
  return *rc::gen::element<std::string>("acme", "globex", "initech");
}
std::string draw_action() {
  return *rc::gen::element<std::string>("MemberInvited", "ApiKeyCreated");
}
std::string draw_email() {
  return *rc::gen::element<std::string>("", "ada@acme.example", "bob@globex.example");
}
std::string draw_name() {
  return *rc::gen::element<std::string>("jane", "grafana");
}

AuditEntry draw_entry() {
  AuditEntry entry = entry_in(draw_organization(), std::to_string(*rc::gen::inRange(0, 60)));
  entry.time = draw_time();
  entry.action = draw_action();
  entry.actor.email = draw_email();
  entry.object.name = draw_name();
  entry.outcome = *rc::gen::element(core::AuditOutcome::Success, core::AuditOutcome::Refused);
  entry.scope = *rc::gen::element(core::AuditScope::Organization, core::AuditScope::Deployment);
  entry.note = *rc::gen::element<std::string>("", "Needle", "100%");
  return entry;
}

AuditFilter draw_filter() {
  AuditFilter filter;
  if (*rc::gen::arbitrary<bool>()) filter.organization_uid = "uid-of-" + draw_organization();
  filter.action = maybe(rc::gen::exec(draw_action));
  filter.email = maybe(rc::gen::exec(draw_email));
  filter.outcome = maybe(rc::gen::element(core::AuditOutcome::Success, core::AuditOutcome::Refused));
  filter.scope = maybe(rc::gen::element(core::AuditScope::Organization, core::AuditScope::Deployment));
  filter.object =
      maybe(rc::gen::map(rc::gen::exec(draw_name), [](const std::string& name) { return "Member/" + name; }));
  filter.from = maybe(rc::gen::exec(draw_time));
  filter.to = maybe(rc::gen::exec(draw_time));
  filter.text = *rc::gen::element<std::string>("", "", "nEEdle", "%", "er/j");
  return filter;
}

/// A filter of one or two conditions: with more of them little is left.
AuditFilter draw_narrow_filter() {
  const AuditFilter drawn = draw_filter();
  AuditFilter filter;
  for (int i = 0; i < 2; ++i) {
    switch (*rc::gen::inRange(0, 5)) {
      case 0:
        filter.organization_uid = drawn.organization_uid;
        break;
      case 1:
        filter.action = drawn.action;
        break;
      case 2:
        filter.email = drawn.email;
        break;
      case 3:
        filter.to = drawn.to;
        break;
      default:
        filter.object = drawn.object;
    }
  }
  return filter;
}

std::vector<RecordedEntry> all_pages(AuditStore& store, const AuditFilter& filter, std::size_t size) {
  std::vector<RecordedEntry> all;
  std::optional<core::AuditPosition> after;
  for (bool more = true; more;) {
    auto page = store.page(filter, after, size);
    RC_ASSERT(page.has_value());
    RC_ASSERT(page->entries.size() == size || !page->more);
    more = page->more;
    if (!page->entries.empty()) after = page->entries.back().position;
    all.insert(all.end(), page->entries.begin(), page->entries.end());
  }
  return all;
}

/// The store, and what it is to be like.
struct Pair {
  TemporaryDirectory directory;
  SqliteStore store{directory.path() / "records.db", Mode::ReadWrite, 16};
  MemoryStore model;
};

void append_some(Pair& pair) {
  const auto entries =
      *rc::gen::container<std::vector<AuditEntry>>(*rc::gen::inRange<std::size_t>(0, 30), rc::gen::exec(draw_entry));
  const auto added = pair.store.append(entries);
  RC_ASSERT(added.has_value());
  RC_ASSERT(*added == *pair.model.append(entries));
}

void trim_some(Pair& pair) {
  const std::string uid = "uid-of-" + draw_organization();
  const core::Timestamp before = draw_time();
  const auto removed = pair.store.trim(uid, before, {});
  RC_ASSERT(removed.has_value());
  RC_ASSERT(*removed == *pair.model.trim(uid, before, {}));
}

void compare_reading(Pair& pair, const AuditFilter& filter) {
  const auto want = pair.model.page(filter, {}, 1000)->entries;
  RC_ASSERT(all_pages(pair.store, filter, *rc::gen::inRange<std::size_t>(1, 20)) == want);
  std::vector<RecordedEntry> scanned;
  RC_ASSERT(pair.store.scan(filter, [&scanned](RecordedEntry entry) {
    scanned.push_back(std::move(entry));
    return true;
  }));
  RC_ASSERT(scanned == want);
  const auto row = *rc::gen::inRange<std::int64_t>(0, 40);
  const auto limit = *rc::gen::inRange<std::size_t>(0, 40);
  RC_ASSERT(*pair.store.recorded_after(row, filter, limit) == *pair.model.recorded_after(row, filter, limit));
}

void compare_logs(Pair& pair) {
  const auto organizations = *pair.model.organizations();
  RC_ASSERT(*pair.store.organizations() == organizations);
  for (const KnownOrganization& one : organizations)
    RC_ASSERT(*pair.store.leaves(one.organization.uid, 0, 1000) == *pair.model.leaves(one.organization.uid, 0, 1000));
  RC_ASSERT(*pair.store.newest_row() == *pair.model.newest_row());
  std::vector<std::string> ids;
  for (int id = 0; id < 60; ++id)
    ids.push_back(std::to_string(id));
  RC_ASSERT(*pair.store.known(ids) == *pair.model.known(ids));
}

RC_GTEST_PROP(StoreProperty, SqliteIsLikeTheModel, ()) {
  Pair pair;
  const int steps = *rc::gen::inRange(1, 8);
  for (int i = 0; i < steps; ++i) {
    append_some(pair);
    if (*rc::gen::inRange(0, 3) == 0) trim_some(pair);
  }
  for (int i = 0; i < 10; ++i) {
    compare_reading(pair, draw_filter());
    compare_reading(pair, draw_narrow_filter());
  }
  compare_logs(pair);
}

}  // namespace
}  // namespace guildhall::store
