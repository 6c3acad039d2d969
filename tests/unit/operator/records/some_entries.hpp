#pragma once

#include <rapidcheck.h>

#include <string>

#include "operator/core/audit_query.hpp"

namespace guildhall::records {

/// The entry of contract.yaml.
inline core::RecordedEntry role_change() {
  return {.entry = {.id = "00ff",
                    .time = *core::parse_timestamp("2026-11-24T10:12:00.000042Z"),
                    .organization = {.name = "acme", .uid = "u-1", .home = "acme-home"},
                    .scope = core::AuditScope::Organization,
                    .action = "MemberRoleChanged",
                    .outcome = core::AuditOutcome::Success,
                    .actor = {.email = "ada@acme.example", .user = "ada", .credential = "ClientCertificate"},
                    .source = core::AuditSource::Admission,
                    .object = {.kind = "Member", .name = "jane", .uid = "u-2"},
                    .changes = {{"spec.role", "Viewer", "Editor"}},
                    .note = "",
                    .count = 1},
          .index = 41,
          .position = {.time = *core::parse_timestamp("2026-11-24T10:12:00.000042Z"), .row = 99}};
}

/// An entry whose every text is drawn by `text`.
inline core::RecordedEntry entry_of(const rc::Gen<std::string>& text) {
  core::RecordedEntry entry = role_change();
  for (std::string* place :
       {&entry.entry.id, &entry.entry.organization.name, &entry.entry.organization.uid, &entry.entry.organization.home,
        &entry.entry.action, &entry.entry.actor.email, &entry.entry.actor.user, &entry.entry.actor.credential,
        &entry.entry.object.kind, &entry.entry.object.name, &entry.entry.object.uid, &entry.entry.note})
    *place = *text;
  entry.entry.changes.clear();
  const auto count = *rc::gen::inRange(0, 4);
  for (int i = 0; i < count; ++i)
    entry.entry.changes.push_back({*text, *text, *text});
  entry.entry.count = *rc::gen::inRange(1, 3);
  return entry;
}

/// Bytes of which many are what a reader minds.
inline rc::Gen<std::string> nasty_text() {
  return rc::gen::container<std::string>(
      rc::gen::oneOf(rc::gen::elementOf(std::string("=+-@'\",;: \t\r\n\\>\x1b\x9b\x7f\xef\xbc\x9d\xe2\x80\xae")),
                     rc::gen::arbitrary<char>()));
}

}  // namespace guildhall::records
