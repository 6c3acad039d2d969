#include "operator/runtime/engine.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "operator/core/object_meta.hpp"
#include "operator/core/text.hpp"

namespace guildhall::runtime {

namespace {

using core::ErrorKind;

std::string version_of(const nlohmann::json& object) {
  const nlohmann::json::json_pointer version("/metadata/resourceVersion");
  return object.contains(version) && object.at(version).is_string() ? object.at(version).get<std::string>() : "";
}

/// The server's words for a UID precondition that did not hold: those of apiserver registry/rest BeforeDelete, and of
/// storage.Preconditions.Check, which another may have overtaken.
bool is_another_object(const core::Error& error) {
  if (error.kind != ErrorKind::Conflict) return false;
  const std::string words = error.describe();
  return words.find("the UID in the precondition") != std::string::npos ||
         words.find("UID in precondition") != std::string::npos;
}

/// By the failure of a webhook, or by its denial or a policy's, whatever its code says. It may last, and whoever looks
/// is to see whose it is: the words are those of apiserver webhook.ErrCallingWebhook, webhook/errors.ToStatusErr and
/// validating/policy_decision.
bool is_held_up_by_admission(const core::Error& error) {
  if (error.kind == ErrorKind::Canceled) return false;
  const std::string text = error.describe();
  const auto says = [&](const char* words) { return text.find(words) != std::string::npos; };
  return says("failed calling webhook") || says(" denied the request") || says(" denied request: ");
}

/// Of the reconciled object: what the server says of it, or that it says nothing, may last while all else goes well.
bool is_of_the_object(const core::Error& error) {
  switch (error.kind) {
    case ErrorKind::Timeout:
      return true;
    case ErrorKind::Unavailable:
      return !error.reason.empty();
    default:
      return false;
  }
}

/// Of what is to be told, in a status.
constexpr std::size_t kMostKeptNotes = 16;

/// Of what others answer, in a condition and the log, in bytes.
constexpr std::size_t kMostWords = 1024;

/// Somebody must change something before the same write can succeed.
bool needs_a_person(ErrorKind kind) {
  return !core::is_transient(kind) && kind != ErrorKind::Canceled && kind != ErrorKind::AlreadyExists;
}

}  // namespace

/// One plan on its way.
class Engine::Execution {
 public:
  Execution(Engine& engine, const Subject& subject, const Work& work, const std::stop_token& stop)
      : engine_(engine), subject_(subject), work_(work), stop_(stop) {
    if (work.primary) version_ = work.primary->resource_version;
    for (core::AuditNote note : work.plan.audit) {
      if (!note.at) note.at = engine.clock_.now();
      notes_.push_back(std::move(note));
    }
  }

  Outcome run() {
    tell_noted();
    if (!canceled_ && add_finalizer() && write_status()) {
      if (!writes_status()) tell_all();
      if (!canceled_) apply_all();
      if (!canceled_) remove_all();
      if (!canceled_ && writes_status()) tell_all();
      drop_finalizer();
    }
    return std::move(outcome_);
  }

 private:
  bool add_finalizer();
  bool write_status();
  void apply_all();
  void remove_all();
  /// What was noted on the object, by whoever changed it or by an earlier plan, and has not been told.
  void tell_noted();
  void tell_all();
  void drop_finalizer();

  core::Result<nlohmann::json> send(const core::Apply& apply);
  void apply_one(const core::Apply& apply);
  void remove_one(const core::Remove& remove);
  [[nodiscard]] bool tell(const core::AuditNote& note);
  [[nodiscard]] bool writes_status() const { return work_.plan.status && work_.primary; }
  [[nodiscard]] nlohmann::json status() const;
  [[nodiscard]] bool is_in_plan(const core::AuditNote& note) const {
    return std::ranges::find(notes_, note.identity, &core::AuditNote::identity) != notes_.end();
  }
  [[nodiscard]] Regarding regarding() const {
    return {subject_.type, subject_.key, work_.primary ? work_.primary->uid : ""};
  }
  /// Takes in the answer to a write of the reconciled object. False: the plan ends here.
  bool take_primary(const core::Result<nlohmann::json>& answer, const std::string& what);
  bool write_finalizers(std::vector<std::string> finalizers);
  /// For the next plan to hear of, if it may last.
  void record_failure(const std::string& object, const core::Error& error);
  void keep_failure(const std::string& object, const core::Error& error);
  void record_transient(const core::Error& error);
  void heed_retry_after(const core::Error& error);
  [[nodiscard]] bool is_primary(const core::ResourceType& type, const core::ObjectKey& key) const {
    return type == subject_.type && key == subject_.key;
  }

  Engine& engine_;
  const Subject& subject_;
  const Work& work_;
  const std::stop_token& stop_;
  std::string version_;                        ///< of the reconciled object, after our last write to it
  std::vector<core::AuditNote> notes_;         ///< of the plan, with their time
  std::vector<core::AuditNote> still_untold_;  ///< of those that the object's status keeps
  bool canceled_ = false;
  Outcome outcome_;
};

bool Engine::Execution::add_finalizer() {
  if (work_.plan.finalizer != core::FinalizerChange::Add || !work_.primary) return true;
  auto finalizers = work_.primary->finalizers;
  finalizers.push_back(subject_.finalizer);
  return write_finalizers(std::move(finalizers));
}

void Engine::Execution::drop_finalizer() {
  const bool is_due = (work_.plan.finalizer == core::FinalizerChange::Drop && outcome_.succeeded()) ||
                      (work_.plan.finalizer == core::FinalizerChange::Abandon && !canceled_);
  if (!is_due || !work_.primary) return;
  auto finalizers = work_.primary->finalizers;
  std::erase(finalizers, subject_.finalizer);
  write_finalizers(std::move(finalizers));
}

bool Engine::Execution::write_finalizers(std::vector<std::string> finalizers) {
  const nlohmann::json patch = {{"metadata", {{"resourceVersion", version_}, {"finalizers", std::move(finalizers)}}}};
  return take_primary(engine_.client_.merge_patch(subject_.type, subject_.key, patch, stop_), "finalizers");
}

/// With what is to be told of it, until it is told.
nlohmann::json Engine::Execution::status() const {
  nlohmann::json status = *work_.plan.status;
  if (notes_.empty()) return status;
  nlohmann::json kept = nlohmann::json::array();
  for (const core::AuditNote& note : still_untold_) {
    if (!is_in_plan(note)) kept.push_back(core::audit_note_json(note));
  }
  for (const core::AuditNote& note : notes_)
    kept.push_back(core::audit_note_json(note));
  while (kept.size() > kMostKeptNotes)
    kept.erase(kept.begin());
  status["audit"] = std::move(kept);
  return status;
}

bool Engine::Execution::write_status() {
  if (!writes_status()) return true;
  nlohmann::json object = core::object_head(subject_.type, subject_.key);
  object["metadata"]["resourceVersion"] = version_;
  object["metadata"]["uid"] = work_.primary->uid;
  object["status"] = status();
  const kube::ApplyOptions options{.subresource = "status"};
  return take_primary(engine_.client_.apply(subject_.type, subject_.key, object, options, stop_), "status");
}

bool Engine::Execution::take_primary(const core::Result<nlohmann::json>& answer, const std::string& what) {
  if (answer) {
    version_ = version_of(*answer);
    outcome_.writes.push_back({subject_.type, subject_.key, version_, ""});
    return true;
  }
  // It is no longer there: no failure to tell of, the cache will show it.
  const core::Error& error = answer.error();
  const std::string part = core::describe_part(subject_.type, subject_.key, what);
  if (error.kind == ErrorKind::NotFound && !is_held_up_by_admission(error)) {
    record_transient(error);
  } else if (is_of_the_object(error)) {
    keep_failure(part, error);
  } else {
    record_failure(part, error);
  }
  return false;
}

void Engine::Execution::apply_all() {
  for (const auto& apply : work_.plan.apply) {
    if (canceled_) return;
    apply_one(apply);
  }
}

void Engine::Execution::apply_one(const core::Apply& apply) {
  const auto answer = send(apply);
  if (!answer) return record_failure(core::describe(apply.type, apply.key), answer.error());
  const std::string version = version_of(*answer);
  if (is_primary(apply.type, apply.key)) version_ = version;
  outcome_.writes.push_back({apply.type, apply.key, version, ""});
}

core::Result<nlohmann::json> Engine::Execution::send(const core::Apply& apply) {
  core::Result<nlohmann::json> object(std::in_place, apply.object);
  if (apply.holds_secret) {
    if (!work_.fill_in) return core::fail(ErrorKind::Internal, "nothing fills in the secret");
    object = work_.fill_in(apply);
    if (!object) return object;
  }
  if (!apply.resource_version.empty()) {
    // A plan knows the reconciled object as it was before the writes of this plan.
    (*object)["metadata"]["resourceVersion"] = is_primary(apply.type, apply.key) ? version_ : apply.resource_version;
  }
  if (apply.mode == core::WriteMode::MergePatch)
    return engine_.client_.merge_patch(apply.type, apply.key, *object, stop_);
  return engine_.client_.apply(apply.type, apply.key, *object, {}, stop_);
}

void Engine::Execution::remove_all() {
  for (const auto& remove : work_.plan.remove) {
    if (canceled_) return;
    remove_one(remove);
  }
}

void Engine::Execution::remove_one(const core::Remove& remove) {
  const kube::DeletePreconditions preconditions{.uid = remove.uid, .resource_version = remove.resource_version};
  const auto removed = engine_.client_.remove(remove.type, remove.key, preconditions, stop_);
  if (removed) {
    outcome_.writes.push_back({remove.type, remove.key, "", remove.uid});
    return;
  }
  const auto& error = removed.error();
  if (error.kind == ErrorKind::NotFound && !is_held_up_by_admission(error)) return;
  if (is_another_object(error)) {
    spdlog::info("{} is another object than the one to be removed; it stays", core::describe(remove.type, remove.key));
    return;
  }
  record_failure(core::describe(remove.type, remove.key), error);
}

void Engine::Execution::tell_noted() {
  if (!work_.primary || work_.noted.empty()) return;
  for (const core::AuditNote& note : engine_.trail_.untold(regarding(), work_.noted)) {
    if (canceled_) return;
    if (!tell(note) && note.source != core::AuditSource::Admission) still_untold_.push_back(note);
  }
}

void Engine::Execution::tell_all() {
  for (const core::AuditNote& note : notes_) {
    if (!tell(note)) outcome_.untold.push_back(note);
  }
}

bool Engine::Execution::tell(const core::AuditNote& note) {
  const auto told = engine_.trail_.tell(regarding(), note, stop_);
  if (told) return true;
  record_transient(told.error());
  return false;
}

void Engine::Execution::record_failure(const std::string& object, const core::Error& error) {
  if (!needs_a_person(error.kind) && !is_held_up_by_admission(error)) return record_transient(error);
  keep_failure(object, error);
}

void Engine::Execution::keep_failure(const std::string& object, const core::Error& error) {
  // The object stands beside the message already.
  core::Error without_object = error;
  without_object.object.clear();
  const std::string words = without_object.describe();
  heed_retry_after(error);
  const std::string_view most = core::cut_text(words, kMostWords);
  outcome_.failures.push_back({object, error.kind, std::string(most) + (most.size() < words.size() ? " ..." : "")});
}

void Engine::Execution::heed_retry_after(const core::Error& error) {
  if (error.retry_after) outcome_.retry_after = std::max(error.retry_after, outcome_.retry_after);
}

void Engine::Execution::record_transient(const core::Error& error) {
  if (error.kind == ErrorKind::Canceled) canceled_ = true;
  heed_retry_after(error);
  if (!outcome_.transient) outcome_.transient = error;
}

Engine::Engine(kube::Client& client, AuditTrail& trail, const core::Clock& clock)
    : client_(client), trail_(trail), clock_(clock) {}

Outcome Engine::execute(const Subject& subject, const Work& work, const std::stop_token& stop) {
  return Execution(*this, subject, work, stop).run();
}

}  // namespace guildhall::runtime
