#include "operator/records/csv.hpp"

#include <fmt/format.h>

#include <array>

namespace guildhall::records {

namespace {

/// What a byte means for a cell.
enum Trait : unsigned char {
  Separates = 1,  ///< behind it another reader may see the begin of a cell
  Guarded = 2,    ///< is guarded there
  Leading = 4,    ///< is guarded where the cell itself begins
  Quoted = 8,     ///< a cell with it is quoted
};

constexpr std::array<unsigned char, 256> kTraits = [] {
  std::array<unsigned char, 256> traits{};
  for (const char c : {',', ';', '"', '\t', '\r', '\n'})
    traits[static_cast<unsigned char>(c)] = Separates | Quoted;
  for (const char c : {'=', '+', '-', '@', '\''})
    traits[static_cast<unsigned char>(c)] |= Guarded;
  for (const char c : {'\t', '\r', '\n', '\0'})
    traits[static_cast<unsigned char>(c)] |= Leading;
  return traits;
}();

bool has(char c, Trait trait) {
  return (kTraits[static_cast<unsigned char>(c)] & trait) != 0;
}

/// Full-width = + - @: U+FF1D, U+FF0B, U+FF0D, U+FF20.
bool is_full_width(std::string_view text) {
  return text.starts_with("\xEF\xBC\x9D") || text.starts_with("\xEF\xBC\x8B") || text.starts_with("\xEF\xBC\x8D") ||
         text.starts_with("\xEF\xBC\xA0");
}

/// Whether an apostrophe is put before the first of these, where a cell may begin; `leading`: where it does.
bool is_guarded(std::string_view text, bool leading) {
  return has(text.front(), Guarded) || is_full_width(text) || (leading && has(text.front(), Leading));
}

/// Whether the next byte may begin a cell.
class CellBegin {
 public:
  [[nodiscard]] bool here() const { return here_; }
  void pass(char c) { here_ = has(c, Separates) || (here_ && c == ' '); }

 private:
  bool here_ = true;
};

bool is_harmless(std::string_view text) {
  if (text.empty()) return true;
  if (has(text.front(), Guarded) || has(text.front(), Leading) || text.front() == ' ' || text.back() == ' ' ||
      text.front() == '\xEF')
    return false;
  for (const char c : text) {
    if (has(c, Quoted)) return false;
  }
  return true;
}

void append_escaped(std::string& out, std::string_view text, std::string_view escaped) {
  for (const char c : text) {
    if (escaped.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
}

}  // namespace

std::string_view csv_header() {
  return "time,email,action,scope,outcome,object,changes,user,source,id,index\r\n";
}

void append_csv_cell(std::string& out, std::string_view text) {
  if (is_harmless(text)) {
    out += text;
    return;
  }
  out += '"';
  CellBegin begin;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (begin.here() && is_guarded(text.substr(at), text.find_first_not_of(' ') == at)) out += '\'';
    if (c == '"') out += '"';
    out += c;
    begin.pass(c);
  }
  out += '"';
}

std::string unguarded(std::string_view cell) {
  std::string text;
  CellBegin begin;
  for (std::size_t at = 0; at < cell.size(); ++at) {
    if (begin.here() && cell[at] == '\'' && at + 1 < cell.size()) ++at;
    text += cell[at];
    begin.pass(cell[at]);
  }
  return text;
}

std::string csv_changes(const std::vector<core::FieldChange>& changes) {
  std::string text;
  for (const core::FieldChange& change : changes) {
    if (!text.empty()) text += "; ";
    append_escaped(text, change.field, "\\;>:");
    text += ": ";
    append_escaped(text, change.old_value, "\\;>");
    text += " -> ";
    append_escaped(text, change.new_value, "\\;>");
  }
  return text;
}

void append_csv_row(std::string& out, const core::RecordedEntry& recorded) {
  const core::AuditEntry& entry = recorded.entry;
  out += core::format_micro_timestamp(entry.time);
  const auto cell = [&out](std::string_view text) {
    out += ',';
    append_csv_cell(out, text);
  };
  cell(entry.actor.email);
  cell(entry.action);
  cell(word_of(entry.scope));
  cell(word_of(entry.outcome));
  cell(entry.object.to_string());
  cell(entry.changes.empty() ? std::string() : csv_changes(entry.changes));
  cell(entry.actor.user);
  cell(word_of(entry.source));
  cell(entry.id);
  const fmt::format_int index(recorded.index);
  out += ',';
  out.append(index.data(), index.size());
  out += "\r\n";
}

}  // namespace guildhall::records
