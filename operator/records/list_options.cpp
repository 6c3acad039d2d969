#include "operator/records/list_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <vector>

#include "operator/core/printable.hpp"
#include "operator/core/text.hpp"
#include "operator/records/words.hpp"

namespace guildhall::records {

namespace {

using Texts = std::optional<std::string>;

/// As Kubernetes reads it: there and not "false" or "0".
std::optional<bool> flag(const Query& query, std::string_view name) {
  const auto value = query.first(name);
  if (!value) return std::nullopt;
  const std::string word = core::lower_case(*value);
  return word != "false" && word != "0";
}

Checked<std::optional<std::int64_t>> number(const Query& query, std::string_view name) {
  const auto text = query.first(name);
  if (!text || text->empty()) return std::nullopt;
  std::int64_t value = 0;
  const char* const last = text->data() + text->size();
  const auto [end, error] = std::from_chars(text->data(), last, value);
  if (error != std::errc{} || end != last || value < 0)
    return std::unexpected(bad_request(fmt::format("{}: '{}' is no whole number from 0 on", name, *text)));
  return value;
}

/// What a fieldSelector takes is taken as a parameter of its own too: it is what people write behind `kubectl get
/// --raw`.
constexpr std::array kSelectors{"action", "email", "outcome", "scope", "object", "from", "to", "q"};
/// Of metav1.ListOptions and GetOptions, what negotiate() reads, and ours.
constexpr std::array<std::string_view, 14> kOthers{"fieldSelector",
                                                   "labelSelector",
                                                   "watch",
                                                   "allowWatchBookmarks",
                                                   "sendInitialEvents",
                                                   "resourceVersion",
                                                   "resourceVersionMatch",
                                                   "timeoutSeconds",
                                                   "timeout",
                                                   "limit",
                                                   "continue",
                                                   "pretty",
                                                   "includeObject",
                                                   "format"};
constexpr std::size_t kShownName = 40;
constexpr std::size_t kMostShown = 5;

bool is_known(const std::string& name) {
  return std::ranges::find(kSelectors, name) != kSelectors.end() || std::ranges::find(kOthers, name) != kOthers.end();
}

/// The parameters that select, as they were written.
std::string selectors_of(const Query& query) {
  std::string text =
      fmt::format("fieldSelector={}", core::escape_field_value(query.first("fieldSelector").value_or("")));
  for (const char* const name : kSelectors) {
    for (const std::string& value : query.all(name))
      text += fmt::format("&{}={}", name, core::escape_field_value(value));
  }
  return text;
}

Checked<EntrySelection> selection_of(const Query& query, std::span<const std::string> actions, core::Timestamp now) {
  if (const std::string problem = problem_of_label_selector(query.first("labelSelector").value_or(""));
      !problem.empty())
    return std::unexpected(bad_request(problem));
  auto terms = parse_field_selector(query.first("fieldSelector").value_or(""));
  if (!terms) return std::unexpected(bad_request(terms.error().message));
  for (const char* const name : kSelectors) {
    for (std::string& value : query.all(name))
      terms->push_back({.key = name, .value = std::move(value), .equal = true});
  }
  auto selection = select_entries(*terms, actions, now);
  if (!selection) return std::unexpected(bad_request(selection.error().message));
  return *std::move(selection);
}

Checked<Format> format_of(const Query& query) {
  const std::string word = query.first("format").value_or("");
  if (word.empty() || word == "json") return Format::Json;
  if (word == "csv") return Format::Csv;
  if (word == "jsonl" || word == "ndjson") return Format::JsonLines;
  return std::unexpected(
      bad_request(fmt::format("there is no format '{}'; there are csv, jsonl (or ndjson), json", word)));
}

void forbid(std::vector<StatusCause>& causes, const char* field, std::string why) {
  causes.push_back({.type = "FieldValueForbidden", .message = "Forbidden: " + std::move(why), .field = field});
}

void refuse_match(std::vector<StatusCause>& causes, const std::string& match, const char* allowed) {
  causes.push_back({.type = "FieldValueNotSupported",
                    .message = fmt::format("Unsupported value: \"{}\": supported values: {}", match, allowed),
                    .field = "resourceVersionMatch"});
}

std::vector<StatusCause> problems_of_list(const Query& query, const std::string& match) {
  std::vector<StatusCause> causes;
  const std::string version = query.first("resourceVersion").value_or("");
  if (!match.empty() && version.empty())
    forbid(causes, "resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided");
  if (!match.empty() && !query.first("continue").value_or("").empty())
    forbid(causes, "resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
  if (!match.empty() && match != "Exact" && match != "NotOlderThan")
    refuse_match(causes, match, R"("Exact", "NotOlderThan")");
  if (match == "Exact" && version == "0")
    forbid(causes, "resourceVersionMatch", R"(resourceVersionMatch "exact" is forbidden for resourceVersion "0")");
  if (query.first("sendInitialEvents")) forbid(causes, "sendInitialEvents", "sendInitialEvents is forbidden for list");
  return causes;
}

std::vector<StatusCause> problems_of_watch(const Query& query, const std::string& match) {
  std::vector<StatusCause> causes;
  const bool initial = query.first("sendInitialEvents").has_value();
  if (initial && match != "NotOlderThan")
    forbid(causes, "resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
  if (!initial && !match.empty())
    forbid(causes, "resourceVersionMatch",
           "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
  if (!match.empty() && match != "NotOlderThan") refuse_match(causes, match, R"("NotOlderThan")");
  return causes;
}

/// What is asked about versions, and where a list goes on.
Checked<void> read_versions(const Query& query, ListOptions& options) {
  const std::string match = query.first("resourceVersionMatch").value_or("");
  auto causes = options.watch ? problems_of_watch(query, match) : problems_of_list(query, match);
  if (!causes.empty()) return std::unexpected(invalid(kMetaGroup, "ListOptions", "", std::move(causes)));
  auto version = number(query, "resourceVersion");
  if (!version) return std::unexpected(std::move(version.error()));
  options.resource_version = *version;
  options.exactly = match == "Exact";
  const std::string token = query.first("continue").value_or("");
  if (token.empty() || options.watch) return {};
  if (options.resource_version.value_or(0) != 0)
    return std::unexpected(bad_request("specifying resource version is not allowed when using continue"));
  auto point = decode_continue(token, options.query);
  if (!point) return std::unexpected(std::move(point.error()));
  options.continue_from = *point;
  return {};
}

Checked<void> read_bounds(const Query& query, ListOptions& options) {
  auto limit = number(query, "limit");
  if (!limit) return std::unexpected(std::move(limit.error()));
  options.limit = limit->value_or(0);
  auto timeout = number(query, "timeoutSeconds");
  if (!timeout) return std::unexpected(std::move(timeout.error()));
  constexpr std::int64_t a_day = 86'400;
  if (*timeout && **timeout > 0) options.timeout = std::chrono::seconds{std::min(**timeout, a_day)};
  return {};
}

}  // namespace

std::vector<std::string> warnings_of_ignored(const Query& query) {
  std::vector<std::string> ignored;
  for (const std::string& name : query.names()) {
    std::string shown = "'" + core::printable_within(name, kShownName) + "'";
    const bool is_new = std::ranges::find(ignored, shown) == ignored.end();
    if (!is_known(name) && is_new && ignored.size() < kMostShown) ignored.push_back(std::move(shown));
  }
  if (ignored.empty()) return {};
  return {fmt::format("ignored: {}; there are {}, format, and what Kubernetes has, such as limit",
                      fmt::join(ignored, ", "), fmt::join(kSelectors, ", "))};
}

bool asks_to_watch(const Query& query) {
  return flag(query, "watch").value_or(false);
}

std::string selected_name(const Query& query) {
  const auto terms = parse_field_selector(query.first("fieldSelector").value_or(""));
  if (!terms) return {};
  const auto found =
      std::ranges::find_if(*terms, [](const FieldTerm& term) { return term.equal && term.key == "metadata.name"; });
  return found == terms->end() ? std::string() : found->value;
}

Checked<ListOptions> read_list_options(const Query& query, const std::string& ns, std::span<const std::string> actions,
                                       core::Timestamp now) {
  ListOptions options;
  options.watch = asks_to_watch(query);
  options.bookmarks = flag(query, "allowWatchBookmarks").value_or(false);
  options.initial_events = flag(query, "sendInitialEvents");
  options.query = query_mark(ns, selectors_of(query));
  auto selection = selection_of(query, actions, now);
  if (!selection) return std::unexpected(std::move(selection.error()));
  options.selection = *std::move(selection);
  auto format = format_of(query);
  if (!format) return std::unexpected(std::move(format.error()));
  options.format = *format;
  if (options.watch && options.format != Format::Json)
    return std::unexpected(bad_request("a watch is JSON: leave format out, or watch"));
  if (auto read = read_versions(query, options); !read) return std::unexpected(std::move(read.error()));
  if (auto read = read_bounds(query, options); !read) return std::unexpected(std::move(read.error()));
  return options;
}

}  // namespace guildhall::records
