#include "operator/records/openapi.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "operator/records/openapi_schemas.hpp"
#include "operator/records/words.hpp"

namespace guildhall::records {

namespace {

using nlohmann::json;

json parameter(const char* name, const char* type, const char* description) {
  return {{"name", name},
          {"in", "query"},
          {"description", description},
          {"schema", {{"type", type}, {"uniqueItems", true}}}};
}

json path_parameter(const char* name, const char* description) {
  return {{"name", name},
          {"in", "path"},
          {"required", true},
          {"description", description},
          {"schema", {{"type", "string"}, {"uniqueItems", true}}}};
}

json list_parameters() {
  return json::array(
      {parameter("fieldSelector", "string",
                 "Selects by action, email, outcome, scope, object, from, to, q, metadata.name, metadata.namespace."),
       parameter("labelSelector", "string", "Records have no labels: only what holds for those is taken."),
       parameter("limit", "integer", "At most so many records; the answer's continue leads to the next."),
       parameter("continue", "string", "Where to go on."),
       parameter("watch", "boolean", "Tells of records as they come, for at most five minutes."),
       parameter("allowWatchBookmarks", "boolean", "A watch may tell how far it has come."),
       parameter("sendInitialEvents", "boolean", "A watch begins with what stands already."),
       parameter("resourceVersion", "string", "What a list must at least hold, or where a watch goes on."),
       parameter("resourceVersionMatch", "string", "How resourceVersion is meant."),
       parameter("timeoutSeconds", "integer", "How long a watch lasts."),
       parameter("format", "string", "csv, jsonl (or ndjson), json: how the records are written."),
       parameter("action", "string", "As in fieldSelector; so are email, outcome, scope and object."),
       parameter("email", "string", "The actor's."), parameter("outcome", "string", "Success or Refused."),
       parameter("scope", "string", "Organization or Deployment."),
       parameter("object", "string", "Kind and name, such as Member/jane."),
       parameter("from", "string", "Records of that time and later: a time, a date, or how long ago, such as 7d."),
       parameter("to", "string", "Records earlier than that."),
       parameter("q", "string", "Records in which that text stands.")});
}

json create_parameters() {
  return json::array(
      {parameter("dryRun", "string", "All: everything is checked, and nothing is made."),
       parameter("fieldManager", "string", "Not used."),
       parameter("fieldValidation", "string", "What becomes of unknown fields: Ignore, Warn or Strict.")});
}

json content(json schema) {
  return {{"application/json", {{"schema", std::move(schema)}}}};
}

json responses(const char* code, const char* description, json schema) {
  return {{code, {{"description", description}, {"content", content(std::move(schema))}}},
          {"401", {{"description", "Unauthorized"}}}};
}

struct Operation {
  const char* id;
  const char* action;
  std::string_view kind;
  const char* description;
};

json operation(const Operation& what, json answers) {
  return {{"operationId", what.id},
          {"description", what.description},
          {"tags", json::array({"records_v1alpha1"})},
          {"responses", std::move(answers)},
          {"x-kubernetes-action", what.action},
          {"x-kubernetes-group-version-kind", {{"group", kGroup}, {"version", kVersion}, {"kind", what.kind}}}};
}

json namespace_parameter() {
  return path_parameter("namespace", "the home namespace of an Organization");
}

json list_path(const char* id, json parameters) {
  json get = operation({id, "list", kAuditEntry, "list or watch records, newest first"},
                       responses("200", "OK", schema_reference("AuditEntryList")));
  get["parameters"] = list_parameters();
  json path = {{"get", std::move(get)}};
  if (!parameters.empty()) path["parameters"] = std::move(parameters);
  return path;
}

json get_path() {
  return {{"get", operation({"readNamespacedAuditEntry", "get", kAuditEntry, "read one record"},
                            responses("200", "OK", schema_reference("AuditEntry")))},
          {"parameters", json::array({namespace_parameter(), path_parameter("name", "id of the record")})}};
}

/// Of a kind that can be created, and no more.
struct Creation {
  const char* create_id;
  const char* patch_id;
  std::string_view kind;
  const char* description;
  const char* instead;  ///< why there is no PATCH
};

json creation_path(const Creation& what) {
  const json schema = schema_reference(std::string(what.kind).c_str());
  json post = operation({what.create_id, "post", what.kind, what.description}, responses("201", "Created", schema));
  post["requestBody"] = {{"required", true}, {"content", content(schema)}};
  post["parameters"] = create_parameters();
  return {{"post", std::move(post)}};
}

/// kubectl looks at a kind's PATCH for whether the server checks fields, also for `kubectl create`; without one it
/// wants to list CRDs, which hardly anybody may, and creates nothing (k8s.io/cli-runtime query_param_verifier_v3.go).
/// So one is described, with what it answers.
json creation_name_path(const Creation& what) {
  json patch =
      operation({what.patch_id, "patch", what.kind, what.instead}, {{"405", {{"description", "Method Not Allowed"}}}});
  patch["parameters"] = create_parameters();
  return {{"patch", std::move(patch)}, {"parameters", json::array({path_parameter("name", "name of the object")})}};
}

constexpr Creation kSignupCreation{.create_id = "createSignup",
                                   .patch_id = "patchSignup",
                                   .kind = kSignup,
                                   .description = "make an Organization",
                                   .instead = "not supported: a Signup is asked for, not kept"};
constexpr Creation kUseReportCreation{.create_id = "createUseReport",
                                      .patch_id = "patchUseReport",
                                      .kind = kUseReport,
                                      .description = "tell what a gate saw",
                                      .instead = "not supported: a UseReport is told, not kept"};

std::string version_path() {
  return "apis/" + std::string(kApiVersion);
}

}  // namespace

json openapi_document() {
  const std::string base = "/" + version_path();
  const std::string in_namespace = base + "/namespaces/{namespace}/" + std::string(kAuditEntries);
  return {{"openapi", "3.0.0"},
          {"info", {{"title", "Guildhall records"}, {"version", kVersion}}},
          {"paths",
           {{base + "/" + std::string(kAuditEntries), list_path("listAuditEntryForAllNamespaces", json::array())},
            {in_namespace, list_path("listNamespacedAuditEntry", json::array({namespace_parameter()}))},
            {in_namespace + "/{name}", get_path()},
            {base + "/" + std::string(kSignups), creation_path(kSignupCreation)},
            {base + "/" + std::string(kSignups) + "/{name}", creation_name_path(kSignupCreation)},
            {base + "/" + std::string(kUseReports), creation_path(kUseReportCreation)},
            {base + "/" + std::string(kUseReports) + "/{name}", creation_name_path(kUseReportCreation)}}},
          {"components", {{"schemas", openapi_schemas()}}}};
}

std::string openapi_location(const std::string& hash) {
  return "/openapi/v3/" + version_path() + "?hash=" + hash;
}

json openapi_root(const std::string& hash) {
  return {{"paths", {{version_path(), {{"serverRelativeURL", openapi_location(hash)}}}}}};
}

}  // namespace guildhall::records
