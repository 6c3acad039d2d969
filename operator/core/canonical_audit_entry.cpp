#include "operator/core/canonical_audit_entry.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

namespace guildhall::core {
namespace {

using nlohmann::json;

constexpr std::size_t kUsualLength = 640;

bool is_plain(char letter) {
  const auto byte = static_cast<unsigned char>(letter);
  return byte >= 0x20 && byte < 0x7f && letter != '"' && letter != '\\';
}

class Writer {
 public:
  Writer() { result_.reserve(kUsualLength); }

  /// An object or a list; the name of what stands in one, or none.
  void open(char bracket) {
    comma();
    result_ += bracket;
  }
  void open(std::string_view name, char bracket) {
    member(name);
    result_ += bracket;
  }
  void close(char bracket) { result_ += bracket; }

  void text(std::string_view name, std::string_view value) {
    member(name);
    if (std::ranges::all_of(value, is_plain)) {
      result_.append("\"").append(value).append("\"");
    } else {
      result_ += json(value).dump(-1, ' ', false, json::error_handler_t::replace);
    }
  }
  void text_unless_empty(std::string_view name, std::string_view value) {
    if (!value.empty()) text(name, value);
  }
  void number(std::string_view name, std::int64_t value) {
    member(name);
    result_ += std::to_string(value);
  }
  std::string take() { return std::move(result_); }

 private:
  void comma() {
    if (!result_.empty() && result_.back() != '{' && result_.back() != '[') result_ += ',';
  }
  void member(std::string_view name) {
    comma();
    result_.append("\"").append(name).append("\":");
  }

  std::string result_;
};

void write_changes(Writer& writer, const std::vector<FieldChange>& changes) {
  if (changes.empty()) return;
  writer.open("changes", '[');
  for (const FieldChange& change : changes) {
    writer.open('{');
    writer.text("field", change.field);
    writer.text_unless_empty("new", change.new_value);
    writer.text_unless_empty("old", change.old_value);
    writer.close('}');
  }
  writer.close(']');
}

/// Takes what it is told to off the front of the text. Once something else stood there it takes nothing more.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  /// The front, which is to be `expected`.
  void skip(std::string_view expected) {
    if (!starts_with(expected)) return fail();
    rest_.remove_prefix(expected.size());
  }
  /// Whether it did.
  bool skip_if(std::string_view expected) {
    if (!starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  /// A text in quotes.
  std::string text() {
    skip("\"");
    const auto plain = static_cast<std::size_t>(std::ranges::find_if_not(rest_, is_plain) - rest_.begin());
    if (plain < rest_.size() && rest_[plain] == '"') {
      std::string value(rest_.substr(0, plain));
      rest_.remove_prefix(plain + 1);
      return value;
    }
    return uncommon_text();
  }
  /// The same, which is not to be empty.
  std::string some_text() {
    std::string value = text();
    if (value.empty()) fail();
    return value;
  }
  std::string text_if(std::string_view before) { return skip_if(before) ? some_text() : std::string(); }
  template <class Word>
  Word word(std::optional<Word> (*parse)(std::string_view)) {
    const auto value = parse(text());
    if (!value) fail();
    return value.value_or(Word{});
  }
  Timestamp time() {
    const auto value = parse_timestamp(text());
    if (!value) fail();
    return value.value_or(Timestamp{});
  }
  std::int64_t number() {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc{}) fail();
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }
  [[nodiscard]] bool has_read_all() const { return !failed_ && rest_.empty(); }

 private:
  [[nodiscard]] bool starts_with(std::string_view expected) const { return rest_.starts_with(expected); }
  void fail() {
    failed_ = true;
    rest_ = {};
  }
  /// With escapes or letters beyond ASCII: nlohmann/json knows how.
  std::string uncommon_text() {
    std::size_t end = 0;
    while (end < rest_.size() && rest_[end] != '"')
      end += rest_[end] == '\\' ? 2 : 1;
    if (end >= rest_.size()) {
      fail();
      return {};
    }
    const auto value = json::parse("\"" + std::string(rest_.substr(0, end + 1)), nullptr, false);
    if (!value.is_string()) {
      fail();
      return {};
    }
    rest_.remove_prefix(end + 1);
    return value.get<std::string>();
  }

  std::string_view rest_;
  bool failed_ = false;
};

std::vector<FieldChange> read_changes(Reader& reader) {
  std::vector<FieldChange> changes;
  if (!reader.skip_if(",\"changes\":[")) return changes;
  do {
    reader.skip("{\"field\":");
    FieldChange& change = changes.emplace_back();
    change.field = reader.some_text();
    change.new_value = reader.text_if(",\"new\":");
    change.old_value = reader.text_if(",\"old\":");
    reader.skip("}");
  } while (reader.skip_if(","));
  reader.skip("]");
  return changes;
}

AuditActor read_actor(Reader& reader) {
  AuditActor actor;
  // Each comma belongs to the member behind it, and the first has none.
  const bool has_credential = reader.skip_if("\"credential\":");
  if (has_credential) actor.credential = reader.some_text();
  const bool has_email = reader.skip_if(has_credential ? ",\"email\":" : "\"email\":");
  if (has_email) actor.email = reader.some_text();
  if (reader.skip_if(has_credential || has_email ? ",\"user\":" : "\"user\":")) actor.user = reader.some_text();
  return actor;
}

AuditOrganization read_organization(Reader& reader) {
  AuditOrganization organization;
  if (reader.skip_if("\"home\":")) {
    organization.home = reader.some_text();
    reader.skip(",");
  }
  reader.skip("\"name\":");
  organization.name = reader.some_text();
  reader.skip(",\"uid\":");
  organization.uid = reader.some_text();
  return organization;
}

AuditObject read_object(Reader& reader) {
  AuditObject object;
  reader.skip("\"kind\":");
  object.kind = reader.some_text();
  reader.skip(",\"name\":");
  object.name = reader.some_text();
  object.uid = reader.text_if(",\"uid\":");
  return object;
}

}  // namespace

std::string write_canonical_audit_entry(const AuditEntry& entry) {
  Writer writer;
  writer.open('{');
  writer.text("action", entry.action);
  writer.open("actor", '{');
  writer.text_unless_empty("credential", entry.actor.credential);
  writer.text_unless_empty("email", entry.actor.email);
  writer.text_unless_empty("user", entry.actor.user);
  writer.close('}');
  write_changes(writer, entry.changes);
  if (entry.count != 1) writer.number("count", entry.count);
  writer.text("id", entry.id);
  writer.text_unless_empty("note", entry.note);
  writer.open("object", '{');
  writer.text("kind", entry.object.kind);
  writer.text("name", entry.object.name);
  writer.text_unless_empty("uid", entry.object.uid);
  writer.close('}');
  writer.open("organization", '{');
  writer.text_unless_empty("home", entry.organization.home);
  writer.text("name", entry.organization.name);
  writer.text("uid", entry.organization.uid);
  writer.close('}');
  writer.text("outcome", word_of(entry.outcome));
  writer.text("scope", word_of(entry.scope));
  writer.text("source", word_of(entry.source));
  writer.text("time", format_micro_timestamp(entry.time));
  writer.close('}');
  return writer.take();
}

std::optional<AuditEntry> read_canonical_audit_entry(std::string_view text) {
  Reader reader(text);
  AuditEntry entry;
  reader.skip("{\"action\":");
  entry.action = reader.some_text();
  reader.skip(",\"actor\":{");
  entry.actor = read_actor(reader);
  reader.skip("}");
  entry.changes = read_changes(reader);
  if (reader.skip_if(",\"count\":")) entry.count = reader.number();
  reader.skip(",\"id\":");
  entry.id = reader.some_text();
  entry.note = reader.text_if(",\"note\":");
  reader.skip(",\"object\":{");
  entry.object = read_object(reader);
  reader.skip("},\"organization\":{");
  entry.organization = read_organization(reader);
  reader.skip("},\"outcome\":");
  entry.outcome = reader.word(parse_audit_outcome);
  reader.skip(",\"scope\":");
  entry.scope = reader.word(parse_audit_scope);
  reader.skip(",\"source\":");
  entry.source = reader.word(parse_audit_source);
  reader.skip(",\"time\":");
  entry.time = reader.time();
  reader.skip("}");
  if (!reader.has_read_all() || entry.count < 1) return std::nullopt;
  return entry;
}

}  // namespace guildhall::core
