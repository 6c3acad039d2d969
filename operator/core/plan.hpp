#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "operator/core/audit_note.hpp"
#include "operator/core/error.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::core {

/// How an object is written.
enum class WriteMode {
  ServerSideApply,  ///< the whole of what Guildhall owns, forced (field manager `guildhall`)
  MergePatch,       ///< some parts of an object that is not, or no longer, ours (a Namespace); RFC 7386, null removes
};

/// The version with which a server-side apply creates an object or fails with Conflict: no object ever has it, and the
/// server compares versions only with an object that exists (apiserver registry.Store.Update).
inline constexpr const char* kOnlyIfAbsent = "1";

/// One object wanted.
/// `object` may hold placeholders for secrets: a plan holds no secret, so it can be compared, printed and logged.
struct Apply {
  ResourceType type;
  ObjectKey key;
  nlohmann::json object;         ///< applied configuration with apiVersion, kind and metadata.name, or the merge patch
  std::string resource_version;  ///< precondition: fails with Conflict when the object is at another version; "" = none
  WriteMode mode = WriteMode::ServerSideApply;
  bool holds_secret = false;  ///< the engine has the reconciler fill in the placeholders just before it writes
  bool operator==(const Apply&) const = default;
};

/// One object that must go. Deleted only by UID: another object of the same name is never touched.
struct Remove {
  ResourceType type;
  ObjectKey key;
  std::string uid;
  std::string resource_version;  ///< further precondition; "" = none
  bool operator==(const Remove&) const = default;
};

/// What becomes of Guildhall's finalizer on the reconciled object.
enum class FinalizerChange {
  None,
  Add,      ///< before anything else is written
  Drop,     ///< when all else of the plan has succeeded
  Abandon,  ///< after one try of all else, whatever came of it: nothing waits for ever
};

/// What a reconciler wants, from what it observed. The engine carries it out in this order, each step only after those
/// before it:
///   1. finalizer added, 2. status, 3. apply in order, 4. remove in order, 5. audit, 6. finalizer dropped.
/// The status keeps what is to be told, so that it is told when the process ends in between. Where no status is written
/// the audit comes before 3: what is applied takes away the evidence that it happened.
/// A failed write to the reconciled object ends the plan. A failed apply stops neither the other applies nor the
/// removals, or whoever can make one copy fail would keep the others from being withdrawn; where something must stand
/// before another goes, the plan waits until it is observed. No finalizer is dropped after a failure.
/// Killed between any two writes, the next reconcile observes what stands and plans the rest: status says what *is
/// observed*, never what is hoped for, except where a promise must stand before the fact (an Issuing key hash before
/// the Secret that carries its token).
struct Plan {
  FinalizerChange finalizer = FinalizerChange::None;
  std::optional<nlohmann::json> status;  ///< the whole `status`; unset when what stands is already right
  std::vector<Apply> apply;
  std::vector<Remove> remove;
  std::vector<AuditNote> audit;
  std::optional<std::chrono::milliseconds> look_again_after;  ///< from now; unset: only when something changes

  [[nodiscard]] bool writes_nothing() const;
  /// At the earliest of all that were asked for, and not before `now`.
  void look_again_at(Timestamp at, Timestamp now);
  /// Whether our finalizer goes, so that the object may be gone with this plan.
  [[nodiscard]] bool lets_go() const {
    return finalizer == FinalizerChange::Drop || finalizer == FinalizerChange::Abandon;
  }
  bool operator==(const Plan&) const = default;
};

/// A write of an earlier reconcile of the same object that failed and has not succeeded since: an input to the next
/// plan, which says it in a condition. Kept in memory only: after a restart the write is simply tried again.
struct WriteFailure {
  std::string object;  ///< "Secret acme/grafana"
  ErrorKind kind = ErrorKind::Internal;
  std::string message;
  /// The time of the first try of those in a row that failed. With an initializer GCC lets a designated one leave it
  /// out.
  Timestamp since = {};  // NOLINT(readability-redundant-member-init)
  bool operator==(const WriteFailure&) const = default;
};

/// For a condition that tells of such failures: what somebody can do who has removed the cause.
inline constexpr const char* kTriedAgainHint =
    " (tried again after growing pauses; change the annotation guildhall.dev/reconcile-at to have it tried now)";

}  // namespace guildhall::core
