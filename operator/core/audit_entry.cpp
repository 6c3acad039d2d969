#include "operator/core/audit_entry.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "operator/core/canonical_audit_entry.hpp"
#include "operator/core/shallow_json.hpp"

namespace guildhall::core {

namespace {

using nlohmann::json;

template <class Word, std::size_t Count>
using Words = std::array<std::pair<Word, std::string_view>, Count>;

constexpr Words<AuditScope, 2> kScopes{
    {{AuditScope::Organization, "Organization"}, {AuditScope::Deployment, "Deployment"}}};
constexpr Words<AuditOutcome, 2> kOutcomes{{{AuditOutcome::Success, "Success"}, {AuditOutcome::Refused, "Refused"}}};
constexpr Words<AuditSource, 5> kSources{{{AuditSource::Admission, "Admission"},
                                          {AuditSource::Gate, "Gate"},
                                          {AuditSource::Reconciler, "Reconciler"},
                                          {AuditSource::APIServer, "APIServer"},
                                          {AuditSource::PublicPage, "PublicPage"}}};

template <class Word, std::size_t Count>
std::string_view find_word(const Words<Word, Count>& words, Word wanted) {
  for (const auto& [value, word] : words) {
    if (value == wanted) return word;
  }
  return {};
}

template <class Word, std::size_t Count>
std::optional<Word> find_value(const Words<Word, Count>& words, std::string_view wanted) {
  for (const auto& [value, word] : words) {
    if (word == wanted) return value;
  }
  return std::nullopt;
}

void put(json& object, const char* name, const std::string& text) {
  if (!text.empty()) object[name] = text;
}

json change_json(const FieldChange& change) {
  json object = {{"field", change.field}};
  put(object, "old", change.old_value);
  put(object, "new", change.new_value);
  return object;
}

/// Reads members of one JSON object; the first that is wrong is the error.
class Members {
 public:
  Members(const json& object, std::string path) : object_(object), path_(std::move(path)) {}

  std::string text(const char* name) {
    const json* value = find(name);
    if (value == nullptr) return {};
    if (value->is_string()) return value->get<std::string>();
    wrong(name, "is no text");
    return {};
  }
  std::string needed_text(const char* name) {
    std::string value = text(name);
    if (value.empty()) wrong(name, "is missing");
    return value;
  }
  template <class Word>
  Word word(const char* name, std::optional<Word> (*parse)(std::string_view)) {
    const auto value = parse(text(name));
    if (!value) wrong(name, "is none of its words");
    return value.value_or(Word{});
  }
  Timestamp time(const char* name) {
    const auto value = parse_timestamp(text(name));
    if (!value) wrong(name, "is no time");
    return value.value_or(Timestamp{});
  }
  std::int64_t count(const char* name) {
    const json* value = find(name);
    if (value == nullptr) return 1;
    if (value->is_number_integer() && value->get<std::int64_t>() > 0) return value->get<std::int64_t>();
    wrong(name, "is no number above zero");
    return 1;
  }
  const json& object(const char* name) {
    static const json nothing = json::object();
    const json* value = find(name);
    if (value != nullptr && value->is_object()) return *value;
    if (value != nullptr) wrong(name, "is no object");
    return nothing;
  }
  const json& list(const char* name) {
    static const json nothing = json::array();
    const json* value = find(name);
    if (value != nullptr && value->is_array()) return *value;
    if (value != nullptr) wrong(name, "is no list");
    return nothing;
  }
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  [[nodiscard]] const json* find(const char* name) const {
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
  }
  void wrong(const char* name, const char* what) {
    if (problem_.empty()) problem_ = path_ + name + " " + what;
  }

  const json& object_;
  std::string path_;
  std::string problem_;
};

std::string first_of(std::initializer_list<std::string> problems) {
  for (const std::string& problem : problems) {
    if (!problem.empty()) return problem;
  }
  return {};
}

}  // namespace

std::string_view word_of(AuditScope scope) {
  return find_word(kScopes, scope);
}
std::string_view word_of(AuditOutcome outcome) {
  return find_word(kOutcomes, outcome);
}
std::string_view word_of(AuditSource source) {
  return find_word(kSources, source);
}
std::optional<AuditScope> parse_audit_scope(std::string_view word) {
  return find_value(kScopes, word);
}
std::optional<AuditOutcome> parse_audit_outcome(std::string_view word) {
  return find_value(kOutcomes, word);
}
std::optional<AuditSource> parse_audit_source(std::string_view word) {
  return find_value(kSources, word);
}

nlohmann::json audit_entry_json(const AuditEntry& entry) {
  json actor = json::object();
  put(actor, "email", entry.actor.email);
  put(actor, "user", entry.actor.user);
  put(actor, "credential", entry.actor.credential);
  json organization = {{"name", entry.organization.name}, {"uid", entry.organization.uid}};
  put(organization, "home", entry.organization.home);
  json object = {{"kind", entry.object.kind}, {"name", entry.object.name}};
  put(object, "uid", entry.object.uid);
  json whole = {{"id", entry.id},
                {"time", format_micro_timestamp(entry.time)},
                {"organization", std::move(organization)},
                {"scope", word_of(entry.scope)},
                {"action", entry.action},
                {"outcome", word_of(entry.outcome)},
                {"actor", std::move(actor)},
                {"source", word_of(entry.source)},
                {"object", std::move(object)}};
  for (const FieldChange& change : entry.changes)
    whole["changes"].push_back(change_json(change));
  put(whole, "note", entry.note);
  if (entry.count != 1) whole["count"] = entry.count;
  return whole;
}

std::string canonical_audit_entry(const AuditEntry& entry) {
  return write_canonical_audit_entry(entry);
}

Result<AuditEntry> parse_audit_entry(std::string_view text) {
  if (auto entry = read_canonical_audit_entry(text)) return std::move(*entry);
  const json whole = parse_shallow_json(text);
  if (!whole.is_object()) return fail(ErrorKind::Invalid, "an audit entry that is no JSON object");
  Members top(whole, "");
  Members organization(top.object("organization"), "organization.");
  Members actor(top.object("actor"), "actor.");
  Members object(top.object("object"), "object.");
  AuditEntry entry{
      .id = top.needed_text("id"),
      .time = top.time("time"),
      .organization = {.name = organization.needed_text("name"),
                       .uid = organization.needed_text("uid"),
                       .home = organization.text("home")},
      .scope = top.word("scope", parse_audit_scope),
      .action = top.needed_text("action"),
      .outcome = top.word("outcome", parse_audit_outcome),
      .actor = {.email = actor.text("email"), .user = actor.text("user"), .credential = actor.text("credential")},
      .source = top.word("source", parse_audit_source),
      .object = {.kind = object.needed_text("kind"), .name = object.needed_text("name"), .uid = object.text("uid")},
      .changes = {},
      .note = top.text("note"),
      .count = top.count("count")};
  for (const json& one : top.list("changes")) {
    Members change(one, "changes.");
    entry.changes.push_back(
        {.field = change.needed_text("field"), .old_value = change.text("old"), .new_value = change.text("new")});
    if (!change.problem().empty()) return fail(ErrorKind::Invalid, "an audit entry whose " + change.problem());
  }
  const std::string problem = first_of({top.problem(), organization.problem(), actor.problem(), object.problem()});
  if (!problem.empty()) return fail(ErrorKind::Invalid, "an audit entry whose " + problem);
  return entry;
}

}  // namespace guildhall::core
