#include "operator/core/canonical_audit_entry.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <nlohmann/json.hpp>

namespace guildhall::core {
namespace {

/// Of letters that JSON minds and some that it does not; also what is no UTF-8.
rc::Gen<std::string> text() {
  return rc::gen::oneOf(rc::gen::just(std::string()), rc::gen::container<std::string>(rc::gen::inRange('a', 'd')),
                        rc::gen::container<std::string>(
                            rc::gen::element('"', '\\', '/', '\n', '\x01', '\x7f', '{', ',', ':', 'a', 'u', '\0')),
                        rc::gen::container<std::string>(rc::gen::arbitrary<char>()),
                        rc::gen::just(std::string("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80")));
}

rc::Gen<std::string> some_text() {
  return rc::gen::suchThat(text(), [](const std::string& value) { return !value.empty(); });
}

rc::Gen<FieldChange> change() {
  return rc::gen::construct<FieldChange>(some_text(), text(), text());
}

rc::Gen<AuditEntry> entry() {
  return rc::gen::build<AuditEntry>(
      rc::gen::set(&AuditEntry::id, some_text()),
      rc::gen::set(&AuditEntry::time, rc::gen::map(rc::gen::inRange<std::int64_t>(-62'000'000'000, 250'000'000'000),
                                                   [](std::int64_t seconds) {
                                                     return Timestamp(std::chrono::microseconds(seconds * 1'000'001));
                                                   })),
      rc::gen::set(&AuditEntry::organization, rc::gen::construct<AuditOrganization>(some_text(), some_text(), text())),
      rc::gen::set(&AuditEntry::scope, rc::gen::element(AuditScope::Organization, AuditScope::Deployment)),
      rc::gen::set(&AuditEntry::action, some_text()),
      rc::gen::set(&AuditEntry::outcome, rc::gen::element(AuditOutcome::Success, AuditOutcome::Refused)),
      rc::gen::set(&AuditEntry::actor, rc::gen::construct<AuditActor>(text(), text(), text())),
      rc::gen::set(&AuditEntry::source,
                   rc::gen::element(AuditSource::Admission, AuditSource::Gate, AuditSource::Reconciler,
                                    AuditSource::APIServer, AuditSource::PublicPage)),
      rc::gen::set(&AuditEntry::object, rc::gen::construct<AuditObject>(some_text(), some_text(), text())),
      rc::gen::set(&AuditEntry::changes, rc::gen::container<std::vector<FieldChange>>(change())),
      rc::gen::set(&AuditEntry::note, text()),
      rc::gen::set(&AuditEntry::count, rc::gen::element<std::int64_t>(1, 2, 1'000'000)));
}

/// Without the reader that is tested here: with a space in front it is not the canonical form.
Result<AuditEntry> parse_as_json(const std::string& text) {
  return parse_audit_entry(" " + text);
}

RC_GTEST_PROP(CanonicalAuditEntry, IsWhatTheJsonIsInOrder, ()) {
  const AuditEntry one = *entry();
  RC_ASSERT(write_canonical_audit_entry(one) ==
            audit_entry_json(one).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

RC_GTEST_PROP(CanonicalAuditEntry, IsReadAsAnyJsonIs, ()) {
  const std::string canonical = write_canonical_audit_entry(*entry());
  const auto read = read_canonical_audit_entry(canonical);
  const auto parsed = parse_as_json(canonical);
  RC_ASSERT(read.has_value());
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(*read == *parsed);
  RC_ASSERT(write_canonical_audit_entry(*read) == canonical);
}

RC_GTEST_PROP(CanonicalAuditEntry, IsNotReadWhereJsonHasSomethingElse, ()) {
  std::string broken = write_canonical_audit_entry(*entry());
  const auto at = *rc::gen::inRange<std::size_t>(0, broken.size());
  switch (*rc::gen::inRange(0, 3)) {
    case 0:
      broken.resize(at);
      break;
    case 1:
      broken.erase(at, 1);
      break;
    default:
      broken[at] = *rc::gen::arbitrary<char>();
  }
  const auto read = read_canonical_audit_entry(broken);
  if (!read) return;
  const auto parsed = parse_as_json(broken);
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(*read == *parsed);
}

TEST(CanonicalAuditEntry, OfAnotherFormIsLeftToOthers) {
  const std::string canonical = write_canonical_audit_entry({.id = "01",
                                                             .time = {},
                                                             .organization = {.name = "acme", .uid = "u", .home = ""},
                                                             .scope = {},
                                                             .action = "Done",
                                                             .outcome = {},
                                                             .actor = {},
                                                             .source = {},
                                                             .object = {.kind = "Member", .name = "jane", .uid = ""},
                                                             .changes = {},
                                                             .note = ""});
  EXPECT_TRUE(read_canonical_audit_entry(canonical));
  EXPECT_FALSE(read_canonical_audit_entry(canonical + " "));
  EXPECT_FALSE(read_canonical_audit_entry(" " + canonical));
  EXPECT_FALSE(read_canonical_audit_entry(""));
  EXPECT_TRUE(parse_audit_entry(canonical + " "));
}

}  // namespace
}  // namespace guildhall::core
