#include "operator/admission/changes.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "operator/core/json_member.hpp"
#include "operator/core/shallow_json.hpp"
#include "operator/core/text.hpp"
#include "operator/core/token_quotes.hpp"

namespace guildhall::admission {

namespace {

using nlohmann::json;

constexpr const char* kSealPurpose = "changes";
/// Of an old or new value in an entry, in bytes.
constexpr std::size_t kLongestValue = 256;
/// Of two longer ones so much is shown of what they begin with alike.
constexpr std::size_t kShownAlike = 48;
/// Of a user's name: that of a ServiceAccount may have 340 bytes.
constexpr std::size_t kLongestUser = 1024;
/// Of all names and values of an object's annotations. Source: apimachinery validation.TotalAnnotationSizeLimitB.
constexpr std::size_t kMostAnnotationBytes = 256UL << 10U;
constexpr const char* kObject = "object";
constexpr const char* kCreated = "created";
constexpr const char* kDropped = "dropped";

std::int64_t number_at(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

const json& part(const json& object, const char* name) {
  static const json nothing = json::object();
  const auto found = object.find(name);
  return found != object.end() && found->is_object() ? *found : nothing;
}

std::string cut(std::string_view text, std::size_t longest) {
  const std::string_view kept = core::cut_text(text, longest);
  return std::string(kept) + (kept.size() < text.size() ? "..." : "");
}

/// Where to begin with two values of which one is too long: a little before they differ. At a character's beginning.
std::size_t first_shown(std::string_view a, std::string_view b) {
  if (a.size() <= kLongestValue && b.size() <= kLongestValue) return 0;
  const auto differ = std::ranges::mismatch(a, b).in1;
  const auto alike = static_cast<std::size_t>(differ - a.begin());
  return alike <= kShownAlike ? 0 : core::cut_text(a, alike - kShownAlike).size();
}

std::string shown_from(std::string_view text, std::size_t begin) {
  return (begin == 0 ? "" : "...") + cut(text.substr(begin), kLongestValue);
}

std::string text_of(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// What somebody writes into a field by mistake is noted for ever.
std::string value_text(const json* value) {
  return value == nullptr ? "" : core::strike_tokens(text_of(*value));
}

const json* find(const json& object, const std::string& name) {
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

std::set<std::string> names_of(const json& a, const json& b) {
  std::set<std::string> names;
  for (const json* object : {&a, &b}) {
    for (const auto& [name, value] : object->items())
      names.insert(name);
  }
  return names;
}

/// By their text: 5 and 5.0 are one value to the parser.
void compare(const std::string& path, const json* a, const json* b, std::vector<FieldChange>& changes) {
  const bool same = (a == nullptr && b == nullptr) || (a != nullptr && b != nullptr && text_of(*a) == text_of(*b));
  if (same) return;
  const std::string before = value_text(a);
  const std::string after = value_text(b);
  const std::size_t begin = first_shown(before, after);
  changes.push_back({.field = path, .old_value = shown_from(before, begin), .new_value = shown_from(after, begin)});
}

bool is_group(const json* value) {
  return value == nullptr || value->is_object();
}

bool is_of_creation(const std::string& field, const std::string& new_value) {
  return field == kObject && new_value == kCreated;
}

/// That a change of the spec brings the object to (apiextensions customresource strategy). Its deletion, which waits
/// for finalizers, is not counted, though the API server does (apiserver registry/rest/delete.go).
std::int64_t next_generation(const Review& review) {
  const json& metadata = part(review.old_object, "metadata");
  return number_at(metadata, "generation") + (metadata.contains("deletionTimestamp") ? 0 : 1);
}

json entry_of(const Review& review, const FieldChange& change, core::Timestamp now) {
  json entry = {{"id", review.uid},
                {"at", core::format_micro_timestamp(now)},
                {"user", cut(review.user.name, kLongestUser)},
                {"credential", core::credential_kind(review.user)},
                {"field", change.field},
                {"generation", next_generation(review)}};
  if (!change.old_value.empty()) entry["old"] = change.old_value;
  if (!change.new_value.empty()) entry["new"] = change.new_value;
  return entry;
}

/// Which object the annotation is of.
struct Place {
  std::string kind;
  std::string ns;
  std::string name;
  std::string generate_name;
};

Place place_of(const json& object) {
  const json& metadata = part(object, "metadata");
  return {core::text_at(object, "kind"), core::text_at(metadata, "namespace"), core::text_at(metadata, "name"),
          core::text_at(metadata, "generateName")};
}

/// While the webhook is asked for an object with generateName it has no name, nor a UID (registry.Store makes both
/// afterwards). No name holds an asterisk.
Place before_its_name(Place place) {
  place.name = place.generate_name + "*";
  return place;
}

/// What the seal is over: the object by its names, the version that the last change met, and the entries.
std::string canonical_form(const Place& place, const std::string& previous, const json& entries) {
  return json::array({place.kind, place.ns, place.name, previous, entries})
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string annotation_of(const json& object) {
  return core::text_at(part(part(object, "metadata"), "annotations"), kChangesAnnotation);
}

std::string text_of(const json& entries, const std::string& previous, const std::string& seal) {
  return text_of(json{{"entries", entries}, {"previous", previous}, {"seal", seal}});
}

/// The entries of the object's annotation, if its seal holds; else none. The policy metadata.guildhall.dev looks at the
/// end of the text only, so it counts only as it was written, byte by byte: not beside other members, nor said twice.
json sealed_entries(const Place& place, std::string_view annotation, const core::Sealer& sealer) {
  const json whole = core::parse_shallow_json(annotation);
  if (!whole.is_object() || !whole.contains("entries") || !whole.at("entries").is_array()) return json::array();
  const json& entries = whole.at("entries");
  const std::string previous = core::text_at(whole, "previous");
  const std::string seal = core::text_at(whole, "seal");
  if (text_of(entries, previous, seal) != annotation) return json::array();
  const auto holds_for = [&](const Place& which) {
    return sealer.verify(kSealPurpose, canonical_form(which, previous, entries), seal);
  };
  return holds_for(place) || holds_for(before_its_name(place)) ? entries : json::array();
}

std::vector<FieldChange> changes_of(const Review& review) {
  if (review.operation == Operation::Create) return {{.field = kObject, .old_value = "", .new_value = kCreated}};
  return differences(part(review.old_object, "spec"), part(review.object, "spec"));
}

core::Result<std::string> sealed_text(const Review& review, const json& entries, const core::Sealer& sealer) {
  const std::string previous = core::text_at(part(review.old_object, "metadata"), "resourceVersion");
  Place place = place_of(review.object);
  if (place.name.empty()) place = before_its_name(std::move(place));
  // What a dry run shows would be a record of what never was, for whoever stores it while no operator answers.
  if (review.dry_run) return text_of(entries, previous, "none: dry run");
  const auto seal = sealer.sign(kSealPurpose, canonical_form(place, previous, entries));
  if (!seal) return std::unexpected(seal.error());
  return text_of(entries, previous, *seal);
}

/// How many bytes may stand in the annotation, beside the others.
std::size_t room_for_annotation(const json& object) {
  std::size_t taken = std::string_view(kChangesAnnotation).size();
  for (const auto& [name, value] : part(part(object, "metadata"), "annotations").items()) {
    if (name != kChangesAnnotation && value.is_string())
      taken += name.size() + value.get_ref<const std::string&>().size();
  }
  return kMostAnnotationBytes - std::min(taken, kMostAnnotationBytes);
}

/// Of several, who created the object stays longest: it is who invites, and whether a founder made itself.
void drop_oldest(json& entries) {
  const json& oldest = entries.front();
  const bool stays = entries.size() > 2 && is_of_creation(core::text_at(oldest, "field"), core::text_at(oldest, "new"));
  const std::size_t place = stays ? 1 : 0;
  json dropped = json::object();
  for (const char* name : {"id", "at", "generation", "field", "new"}) {
    if (entries[place].contains(name)) dropped[name] = std::move(entries[place][name]);
  }
  entries.erase(place);
  if (place < entries.size()) entries[place][kDropped] = std::move(dropped);
}

/// The change itself matters more than what it names of those before.
void make_room(json& entries) {
  if (entries.size() > 1 || entries.front().erase(kDropped) == 0) drop_oldest(entries);
}

/// The newest entries that fit, and that of the creation; not even one: what stood before stays.
core::Result<std::string> annotation_after(const Review& review, const std::vector<FieldChange>& changes,
                                           const core::Sealer& sealer, core::Timestamp now) {
  json entries = review.operation == Operation::Create
                     ? json::array()
                     : sealed_entries(place_of(review.old_object), annotation_of(review.old_object), sealer);
  for (const FieldChange& change : changes)
    entries.push_back(entry_of(review, change, now));
  while (entries.size() > kMostEntries)
    drop_oldest(entries);
  const std::size_t room = room_for_annotation(review.object);
  for (; !entries.empty(); make_room(entries)) {
    auto text = sealed_text(review, entries, sealer);
    if (!text || text->size() <= room) return text;
  }
  return annotation_of(review.old_object);
}

/// RFC 6901: / is written as ~1.
json patch_to(const Review& review, const std::string& annotation) {
  if (annotation_of(review.object) == annotation) return nullptr;
  const std::string path = "/metadata/annotations/guildhall.dev~1changes";
  if (annotation.empty()) return json::array({{{"op", "remove"}, {"path", path}}});
  json patch = json::array();
  if (!part(review.object, "metadata").contains("annotations"))
    patch.push_back({{"op", "add"}, {"path", "/metadata/annotations"}, {"value", json::object()}});
  patch.push_back({{"op", "add"}, {"path", path}, {"value", annotation}});
  return patch;
}

}  // namespace

std::vector<FieldChange> differences(const json& old_spec, const json& new_spec) {
  std::vector<FieldChange> changes;
  for (const std::string& name : names_of(old_spec, new_spec)) {
    const json* before = find(old_spec, name);
    const json* after = find(new_spec, name);
    const bool goes_deeper = before != after && is_group(before) && is_group(after);
    if (!goes_deeper) {
      compare("spec." + name, before, after, changes);
      continue;
    }
    const json nothing = json::object();
    const json& a = before == nullptr ? nothing : *before;
    const json& b = after == nullptr ? nothing : *after;
    const std::string path = "spec." + name + ".";
    const std::size_t known = changes.size();
    for (const std::string& below : names_of(a, b))
      compare(path + below, find(a, below), find(b, below), changes);
    // A group that is empty, or is there no more.
    if (changes.size() == known) compare("spec." + name, before, after, changes);
  }
  return changes;
}

core::Result<json> changes_patch(const Review& review, const core::Sealer& sealer, core::Timestamp now) {
  const auto changes = changes_of(review);
  if (changes.empty()) return patch_to(review, annotation_of(review.old_object));
  const auto annotation = annotation_after(review, changes, sealer, now);
  if (!annotation) return std::unexpected(annotation.error());
  return patch_to(review, *annotation);
}

namespace {

std::optional<DroppedEntry> dropped_before(const json& entry) {
  const json& dropped = part(entry, kDropped);
  const auto at = core::parse_timestamp(core::text_at(dropped, "at"));
  if (!at) return std::nullopt;
  return DroppedEntry{
      .id = core::text_at(dropped, "id"),
      .at = *at,
      .generation = number_at(dropped, "generation"),
      .change = {
          .field = core::text_at(dropped, "field"), .old_value = "", .new_value = core::text_at(dropped, "new")}};
}

}  // namespace

bool is_record_by_unknown_key(const core::ObjectMeta& object, const core::Sealer& sealer) {
  const json whole = core::parse_shallow_json(object.annotation(kChangesAnnotation));
  return whole.is_object() && sealer.is_by_unknown_key(core::text_at(whole, "seal"));
}

bool ChangeEntry::is_creation() const {
  return is_of_creation(change.field, change.new_value);
}

std::vector<ChangeEntry> read_changes(const std::string& kind, const core::ObjectMeta& object,
                                      const core::Sealer& sealer) {
  std::vector<ChangeEntry> read;
  const json entries = sealed_entries({kind, object.ns, object.name, object.generate_name},
                                      object.annotation(kChangesAnnotation), sealer);
  for (const json& entry : entries) {
    const auto at = core::parse_timestamp(core::text_at(entry, "at"));
    if (!at) continue;
    read.push_back({.id = core::text_at(entry, "id"),
                    .at = *at,
                    .user = core::text_at(entry, "user"),
                    .credential = core::text_at(entry, "credential"),
                    .generation = number_at(entry, "generation"),
                    .change = {.field = core::text_at(entry, "field"),
                               .old_value = core::text_at(entry, "old"),
                               .new_value = core::text_at(entry, "new")},
                    .dropped = dropped_before(entry)});
  }
  return read;
}

}  // namespace guildhall::admission
