#include "operator/records/entry_routes.hpp"

#include <algorithm>
#include <utility>

#include "operator/records/entry_object.hpp"
#include "operator/records/entry_scope.hpp"
#include "operator/records/entry_stream.hpp"
#include "operator/records/list_options.hpp"
#include "operator/records/list_text.hpp"
#include "operator/records/negotiation.hpp"
#include "operator/records/request_field.hpp"
#include "operator/records/warning.hpp"
#include "operator/records/watch_stream.hpp"
#include "operator/records/words.hpp"

namespace guildhall::records {

namespace {

http::Response json_head() {
  return {.status = 200, .content_type = "application/json", .body = {}, .headers = {}};
}

http::Response export_head(Format format) {
  const bool csv = format == Format::Csv;
  return {.status = 200,
          .content_type = csv ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson",
          .body = {},
          .headers = {{"Content-Disposition", csv ? R"(attachment; filename="auditentries.csv")"
                                                  : R"(attachment; filename="auditentries.jsonl")"}}};
}

/// The value, or the Status that says what went wrong with asking for it.
template <class T>
Checked<T> checked(core::Result<T> result) {
  if (result) return *std::move(result);
  core::Error error = std::move(result.error());
  // A file that is not there does not mean that there is no such record.
  if (error.kind == core::ErrorKind::NotFound) error.kind = core::ErrorKind::Unavailable;
  return std::unexpected(status_of(error));
}

/// One request for entries: what it asks for, and what it may see.
struct EntryRequest {
  const Surroundings& around;
  std::string ns;
  ListOptions options;
  Representation wanted;
  EntryScope scope;
  Rows rows;
};

/// The one entry that is selected by its name, if it can be seen.
core::Result<Page> page_by_name(EntrySource& source, const EntryScope& scope, const std::string& name,
                                std::int64_t up_to_row) {
  auto found = source.find(name);
  if (!found) return std::unexpected(std::move(found.error()));
  Page page;
  const bool seen = *found && scope.holds((*found)->entry) && (*found)->position.row <= up_to_row;
  if (seen) page.entries.push_back(**std::move(found));
  return page;
}

/// How the entries of a request are read that were recorded up to that row.
NextPage pages_of(const EntryRequest& request, std::int64_t up_to_row) {
  EntrySource* const source = request.around.source;
  if (request.scope.nothing)
    return [](const std::optional<core::AuditPosition>&, std::size_t) { return core::Result<Page>(Page{}); };
  if (const auto& name = request.options.selection.name)
    return [source, scope = request.scope, name = *name, up_to_row](const std::optional<core::AuditPosition>&,
                                                                    std::size_t) {
      return page_by_name(*source, scope, name, up_to_row);
    };
  return [source, filter = request.scope.filter, up_to_row](const std::optional<core::AuditPosition>& after,
                                                            std::size_t limit) {
    return source->page({.filter = filter, .after = after, .up_to_row = up_to_row, .limit = limit});
  };
}

/// Up to which row a list holds entries.
Checked<std::int64_t> version_of_list(const EntryRequest& request) {
  const auto& from = request.options.continue_from;
  const std::int64_t newest = request.rows.newest;
  if (from && from->resource_version > newest)
    return std::unexpected(
        expired("The provided continue parameter is of a log that is no longer there. You can start a "
                "new list without the continue parameter."));
  if (from) return from->resource_version;
  const std::int64_t asked = request.options.resource_version.value_or(0);
  if (asked > newest) return std::unexpected(too_large_resource_version(version_of(asked), version_of(newest)));
  return request.options.exactly ? asked : newest;
}

std::string continue_after(const EntryRequest& request, const Page& page, std::int64_t version) {
  if (!page.more || page.entries.empty()) return {};
  return encode_continue(
      {.after = page.entries.back().position, .resource_version = version, .query = request.options.query});
}

Answer whole_list(const EntryRequest& request, const Page& page, std::int64_t version) {
  http::Response response = json_head();
  EntryText text(request.wanted, request.ns);
  text.begin_list(response.body, version, continue_after(request, page, version));
  for (const core::RecordedEntry& entry : page.entries)
    text.add(response.body, entry);
  text.end_list(response.body);
  return {.head = std::move(response), .body = {}};
}

/// A page as it is, and all there is, or an export, as a stream.
Checked<Answer> answer_list(const EntryRequest& request) {
  const auto version = version_of_list(request);
  if (!version) return std::unexpected(version.error());
  const ListOptions& options = request.options;
  const bool as_page = options.format == Format::Json && options.limit > 0;
  const std::size_t first = options.limit > 0 ? static_cast<std::size_t>(options.limit) : kPageSize;
  const NextPage next = pages_of(request, *version);
  const auto after = options.continue_from ? std::optional(options.continue_from->after) : std::nullopt;
  auto page = checked(next(after, std::min(first, kPageSize)));
  if (!page) return std::unexpected(std::move(page.error()));
  if (as_page) return whole_list(request, *page, *version);
  const bool json = options.format == Format::Json;
  Writing writing = json ? write_list(request.wanted, request.ns, *version) : write_export(options.format, request.ns);
  return Answer{.head = json ? json_head() : export_head(options.format),
                .body = stream_entries(*std::move(page), next, std::move(writing), options.limit)};
}

/// Whether a watch first tells what stands: Kubernetes' "Get State and Start at Any", and a streaming list.
bool tells_standing(const ListOptions& options) {
  if (options.initial_events) return *options.initial_events;
  return options.resource_version.value_or(0) == 0;
}

/// Where a watch goes on from, or why it cannot.
Checked<std::int64_t> start_of_watch(const EntryRequest& request) {
  const std::int64_t asked = request.options.resource_version.value_or(0);
  const bool at_newest = asked == 0 || tells_standing(request.options);
  if (asked > request.rows.newest || (!at_newest && asked < request.rows.removed))
    return std::unexpected(
        expired("too old resource version: " + version_of(asked) + " (" + version_of(request.rows.newest) + ")"));
  return at_newest ? request.rows.newest : asked;
}

Answer answer_watch(const EntryRequest& request) {
  const auto start = start_of_watch(request);
  if (!start) return {.head = json_head(), .body = refuse_watch(start.error())};
  const Surroundings& around = request.around;
  const ListOptions& options = request.options;
  const bool standing = tells_standing(options);
  WatchPlan plan{.scope = request.scope,
                 .name = options.selection.name,
                 .ns = request.ns,
                 .wanted = request.wanted,
                 .after_row = *start,
                 .bookmarks = options.bookmarks,
                 .marks_initial_end = options.bookmarks && options.initial_events.value_or(false),
                 .lasts = watch_duration(options.timeout, around.random()),
                 .standing = standing ? pages_of(request, *start) : NextPage{}};
  WatchSurroundings surroundings{
      .source = around.source,
      .now = around.steady,
      .scope_now = [ns = request.ns, selection = options.selection, lookup = around.organization_of] {
        return scope_of(ns, selection, lookup);
      }};
  return {.head = json_head(), .body = watch_entries(std::move(plan), std::move(surroundings))};
}

Checked<Answer> answer_many(const Surroundings& around, const ApiPath& path, const http::Request& http) {
  const Query query(http.query);
  auto options = read_list_options(query, path.ns, around.actions, around.clock->now());
  if (!options) return std::unexpected(std::move(options.error()));
  Representation wanted;
  if (options->format == Format::Json) {
    auto chosen = negotiate(request_field(http, "accept"), query.first("includeObject").value_or(""),
                            options->watch ? Answered::One : Answered::Many);
    if (!chosen) return std::unexpected(std::move(chosen.error()));
    wanted = *std::move(chosen);
  }
  auto scope = checked(scope_of(path.ns, options->selection, around.organization_of));
  if (!scope) return std::unexpected(std::move(scope.error()));
  auto rows = checked(around.source->rows());
  if (!rows) return std::unexpected(std::move(rows.error()));
  const EntryRequest request{.around = around,
                             .ns = path.ns,
                             .options = *std::move(options),
                             .wanted = std::move(wanted),
                             .scope = *std::move(scope),
                             .rows = *rows};
  auto answer = request.options.watch ? Checked<Answer>(answer_watch(request)) : answer_list(request);
  const auto warnings = warnings_of_ignored(query);
  if (answer && !warnings.empty()) answer->head.headers["Warning"] = warning_header(warnings);
  return answer;
}

Checked<Answer> answer_one(const Surroundings& around, const ApiPath& path, const http::Request& http) {
  const Query query(http.query);
  auto wanted = negotiate(request_field(http, "accept"), query.first("includeObject").value_or(""), Answered::One);
  if (!wanted) return std::unexpected(std::move(wanted.error()));
  const auto scope = checked(scope_of(path.ns, {}, around.organization_of));
  if (!scope) return std::unexpected(scope.error());
  if (scope->nothing) return std::unexpected(not_found(kAuditEntries, path.name));
  const auto found = checked(around.source->find(path.name));
  if (!found) return std::unexpected(found.error());
  if (!*found || !scope->holds((*found)->entry)) return std::unexpected(not_found(kAuditEntries, path.name));
  http::Response response = json_head();
  EntryText(*std::move(wanted), path.ns).append_one(response.body, **found);
  return Answer{.head = std::move(response), .body = {}};
}

}  // namespace

Checked<Answer> answer_entries(const Surroundings& around, const ApiPath& path, const http::Request& request) {
  if (around.source == nullptr)
    return std::unexpected(unavailable("this replica has no store of records; see --store"));
  return path.name.empty() ? answer_many(around, path, request) : answer_one(around, path, request);
}

}  // namespace guildhall::records
