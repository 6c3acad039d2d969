#include "operator/records/negotiation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "operator/core/text.hpp"
#include "operator/records/words.hpp"

namespace guildhall::records {

namespace {

constexpr std::string_view kJson = "application/json";

std::string_view take(std::string_view& text, char separator) {
  const auto end = text.find(separator);
  const std::string_view front = core::trimmed(text.substr(0, end));
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return front;
}

struct Weighed {
  AcceptClause clause;
  double quality = 1;
  std::size_t place = 0;  ///< in the header
};

double quality_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? value : 0;
}

void set_parameter(Weighed& weighed, std::string_view name, std::string_view value) {
  if (name == "q") weighed.quality = quality_of(value);
  if (name == "as") weighed.clause.as = value;
  if (name == "g") weighed.clause.group = value;
  if (name == "v") weighed.clause.version = value;
}

std::optional<Weighed> read_clause(std::string_view text) {
  std::string_view media = take(text, ';');
  Weighed weighed;
  weighed.clause.type = take(media, '/');
  weighed.clause.subtype = core::trimmed(media);
  if (weighed.clause.type == "*" && weighed.clause.subtype.empty()) weighed.clause.subtype = "*";
  if (weighed.clause.type.empty() || weighed.clause.subtype.empty()) return std::nullopt;
  while (!text.empty()) {
    std::string_view parameter = take(text, ';');
    const std::string_view name = take(parameter, '=');
    set_parameter(weighed, name, core::trimmed(parameter));
  }
  return weighed;
}

/// What is liked better stands before, what is said more closely before what is not.
bool is_before(const Weighed& one, const Weighed& other) {
  const auto rank = [](const Weighed& w) {
    return std::tuple(-w.quality, w.clause.type == "*", w.clause.subtype == "*", w.place);
  };
  return rank(one) < rank(other);
}

bool is_meta(const AcceptClause& clause) {
  return clause.group == kMetaGroup && (clause.version == "v1" || clause.version == "v1beta1");
}

/// Unset: this server does not know the form, and the next clause is looked at.
std::optional<Form> form_of(const AcceptClause& clause) {
  if (!clause.is_transformed()) return Form::Plain;
  if (!is_meta(clause)) return std::nullopt;
  if (clause.as == "Table") return Form::Table;
  const bool metadata = clause.as == "PartialObjectMetadata" || clause.as == "PartialObjectMetadataList";
  return metadata ? std::optional(Form::Metadata) : std::nullopt;
}

Checked<RowObject> rows_of(std::string_view include_object) {
  if (include_object.empty() || include_object == "Metadata") return RowObject::Metadata;
  if (include_object == "Object") return RowObject::Object;
  if (include_object == "None") return RowObject::None;
  return std::unexpected(
      bad_request(fmt::format("Unable to convert to Table as requested: unrecognized includeObject value: \"{}\"; "
                              "there are Metadata, Object, None",
                              include_object)));
}

Checked<Representation> representation_of(const AcceptClause& clause, Form form, std::string_view include_object,
                                          Answered answered) {
  Representation wanted{.form = form, .meta_version = form == Form::Plain ? "v1" : clause.version};
  if (form == Form::Metadata && clause.as.ends_with("List") != (answered == Answered::Many))
    return std::unexpected(
        not_acceptable_form(fmt::format("you requested {}, but the requested object is {}", clause.as,
                                        answered == Answered::Many ? "a list" : "not a list")));
  if (form != Form::Table) return wanted;
  auto rows = rows_of(include_object);
  if (!rows) return std::unexpected(std::move(rows.error()));
  wanted.rows = *rows;
  return wanted;
}

}  // namespace

bool AcceptClause::takes_json() const {
  return (type == "application" && (subtype == "json" || subtype == "*")) || (type == "*" && subtype == "*");
}

std::vector<AcceptClause> parse_accept(std::string_view header) {
  if (core::trimmed(header).empty()) header = "*/*";
  std::vector<Weighed> weighed;
  while (!header.empty()) {
    auto clause = read_clause(take(header, ','));
    if (!clause) continue;
    clause->place = weighed.size();
    weighed.push_back(*std::move(clause));
  }
  std::erase_if(weighed, [](const Weighed& clause) { return !(clause.quality > 0); });
  std::ranges::sort(weighed, is_before);
  std::vector<AcceptClause> clauses;
  clauses.reserve(weighed.size());
  for (Weighed& one : weighed)
    clauses.push_back(std::move(one.clause));
  return clauses;
}

Checked<Representation> negotiate(std::string_view accept, std::string_view include_object, Answered answered) {
  for (const AcceptClause& clause : parse_accept(accept)) {
    const auto form = clause.takes_json() ? form_of(clause) : std::nullopt;
    if (form) return representation_of(clause, *form, include_object, answered);
  }
  return std::unexpected(not_acceptable(kJson));
}

Checked<std::string> negotiate_discovery(std::string_view accept) {
  for (const AcceptClause& clause : parse_accept(accept)) {
    if (!clause.takes_json()) continue;
    if (!clause.is_transformed()) return std::string();
    const bool known = clause.version == "v2" || clause.version == "v2beta1";
    if (clause.as == "APIGroupDiscoveryList" && clause.group == "apidiscovery.k8s.io" && known) return clause.version;
  }
  return std::unexpected(not_acceptable(kJson));
}

Checked<void> negotiate_json(std::string_view accept) {
  const auto clauses = parse_accept(accept);
  if (std::ranges::any_of(clauses, &AcceptClause::takes_json)) return {};
  return std::unexpected(not_acceptable(kJson));
}

}  // namespace guildhall::records
