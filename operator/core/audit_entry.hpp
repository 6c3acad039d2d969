#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/core/field_change.hpp"
#include "operator/core/result.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::core {

/// What an entry is about: the Organization itself (its people, keys, settings), or what runs for it.
enum class AuditScope { Organization, Deployment };
/// Whether what was asked for was done.
enum class AuditOutcome { Success, Refused };
/// Who saw it.
enum class AuditSource { Admission, Gate, Reconciler, APIServer, PublicPage };

/// The word that users read and filter by: "Organization", "Refused", "PublicPage".
std::string_view word_of(AuditScope scope);
std::string_view word_of(AuditOutcome outcome);
std::string_view word_of(AuditSource source);
/// Unset: it is none of them.
std::optional<AuditScope> parse_audit_scope(std::string_view word);
std::optional<AuditOutcome> parse_audit_outcome(std::string_view word);
std::optional<AuditSource> parse_audit_source(std::string_view word);

/// Who did it.
struct AuditActor {
  std::string email;  ///< of the Member, if the user is the subject of just one in the Organization; else empty
  std::string user;   ///< the Kubernetes user as the API server told it; "guildhall" for what Guildhall does itself
  std::string credential;  ///< a word of Member's status.authMethods; empty: not known
  bool operator==(const AuditActor&) const = default;
};

/// To what.
struct AuditObject {
  std::string kind;
  std::string name;
  std::string uid;

  /// "Member/jane", as the field selector `object` takes it.
  [[nodiscard]] std::string to_string() const { return kind + "/" + name; }
  bool operator==(const AuditObject&) const = default;
};

/// Whose log an entry is in. A later Organization of the same name has another UID, and a log of its own.
struct AuditOrganization {
  std::string name;
  std::string uid;
  std::string home;  ///< its home namespace
  bool operator==(const AuditOrganization&) const = default;
};

/// One entry of an Organization's log: AuditEntry of records.guildhall.dev/v1alpha1, without its place in the log. It
/// holds no secret.
struct AuditEntry {
  std::string id;  ///< lower-case hexadecimal: what happened just once has one id, however often it is told
  Timestamp time;
  AuditOrganization organization;
  AuditScope scope = AuditScope::Organization;
  std::string action;  ///< kind + what happened, past tense: "MemberRoleChanged"
  AuditOutcome outcome = AuditOutcome::Success;
  AuditActor actor;
  AuditSource source = AuditSource::Reconciler;
  AuditObject object;
  std::vector<FieldChange> changes;
  std::string note;        ///< for people: a sentence, or empty
  std::int64_t count = 1;  ///< of how many alike it tells
  bool operator==(const AuditEntry&) const = default;
};

/// The canonical form of an entry: compact JSON, members in order of their names, what is empty left out, times to the
/// microsecond. It is what a store keeps and what a leaf hash is over, so the same entry is always the same bytes.
/// What is no UTF-8 is replaced.
std::string canonical_audit_entry(const AuditEntry& entry);
/// The same as a JSON object.
nlohmann::json audit_entry_json(const AuditEntry& entry);
/// Reads the canonical form, and the same in another order or with white space. Errors: Invalid, naming the member.
Result<AuditEntry> parse_audit_entry(std::string_view text);

}  // namespace guildhall::core
