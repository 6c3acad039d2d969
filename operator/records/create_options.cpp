#include "operator/records/create_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "operator/core/shallow_json.hpp"
#include "operator/core/text.hpp"
#include "operator/records/negotiation.hpp"
#include "operator/records/request_field.hpp"
#include "operator/records/warning.hpp"
#include "operator/records/words.hpp"

namespace guildhall::records {

namespace {

using nlohmann::json;

Status refuse_word(const char* field, const std::string& word, const char* allowed) {
  return invalid(kMetaGroup, "CreateOptions", "",
                 {{.type = "FieldValueNotSupported",
                   .message = fmt::format("Unsupported value: \"{}\": supported values: {}", word, allowed),
                   .field = field}});
}

std::string word_of(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.type_name();
}

/// Unset: it is of that kind and this version, or does not say.
std::string problem_of_type(const json& whole, std::string_view wanted) {
  const json version = whole.value("apiVersion", json(kApiVersion));
  const json kind = whole.value("kind", json(wanted));
  if (version != kApiVersion)
    return fmt::format("the API version in the data ({}) does not match the expected API version ({})",
                       word_of(version), kApiVersion);
  if (kind != wanted)
    return fmt::format("{} in version \"{}\" cannot be handled as a {}", word_of(kind), kVersion, wanted);
  return {};
}

bool is_json(const std::string& content_type) {
  const std::string type =
      core::lower_case(core::trimmed(std::string_view(content_type).substr(0, content_type.find(';'))));
  return type.empty() || type == "application/json";
}

}  // namespace

Checked<CreateOptions> read_create_options(const Query& query) {
  CreateOptions options;
  for (const std::string& word : query.all("dryRun")) {
    if (word != "All") return std::unexpected(refuse_word("dryRun", word, "\"All\""));
    options.dry_run = true;
  }
  const std::string word = query.first("fieldValidation").value_or("");
  if (word == "Ignore") options.validation = FieldValidation::Ignore;
  if (word == "Strict") options.validation = FieldValidation::Strict;
  if (!word.empty() && word != "Ignore" && word != "Warn" && word != "Strict")
    return std::unexpected(refuse_word("fieldValidation", word, R"("Ignore", "Strict", "Warn")"));
  return options;
}

Checked<CreateOptions> accept_creation(const http::Request& request) {
  if (auto takes = negotiate_json(request_field(request, "accept")); !takes)
    return std::unexpected(std::move(takes.error()));
  if (!is_json(request_field(request, "content-type")))
    return std::unexpected(unsupported_media_type("application/json"));
  return read_create_options(Query(request.query));
}

Checked<json> read_created(std::string_view body, std::string_view kind) {
  json whole = core::parse_shallow_json(body);
  if (!whole.is_object()) return std::unexpected(bad_request("the body of the request is no JSON object"));
  if (const std::string problem = problem_of_type(whole, kind); !problem.empty())
    return std::unexpected(bad_request(problem));
  if (!whole.value("spec", json()).is_object())
    return std::unexpected(
        invalid(kGroup, kind, "", {{.type = "FieldValueRequired", .message = "Required value", .field = "spec"}}));
  return whole;
}

void add_unknown_fields(std::vector<std::string>& unknown, const json& object, const std::string& path,
                        const std::vector<std::string_view>& known) {
  for (const auto& [name, value] : object.items()) {
    if (std::ranges::find(known, name) == known.end())
      unknown.push_back(fmt::format("unknown field \"{}{}\"", path, name));
  }
}

Checked<std::vector<std::string>> judge_unknown_fields(std::vector<std::string> unknown, std::string_view kind,
                                                       FieldValidation validation) {
  if (validation == FieldValidation::Strict && !unknown.empty())
    return std::unexpected(
        bad_request(fmt::format("{0} in version \"{1}\" cannot be handled as a {0}: strict decoding error: {2}", kind,
                                kVersion, fmt::join(unknown, ", "))));
  if (validation == FieldValidation::Ignore) unknown.clear();
  return unknown;
}

http::Response created(const json& object, const std::vector<std::string>& warnings) {
  http::Response response{.status = 201,
                          .content_type = "application/json",
                          .body = object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n",
                          .headers = {}};
  if (!warnings.empty()) response.headers["Warning"] = warning_header(warnings);
  return response;
}

}  // namespace guildhall::records
