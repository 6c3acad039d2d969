#include "operator/records/openapi_schemas.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "operator/records/words.hpp"

namespace guildhall::records {

namespace {

using nlohmann::json;

constexpr const char* kOwnPrefix = "dev.guildhall.records.v1alpha1.";
constexpr const char* kMetaPrefix = "io.k8s.apimachinery.pkg.apis.meta.v1.";

json text(const char* description) {
  return {{"type", "string"}, {"description", description}};
}

json text_of(const char* description, json words) {
  json schema = text(description);
  schema["enum"] = std::move(words);
  return schema;
}

json time(const char* description) {
  json schema = text(description);
  schema["format"] = "date-time";
  return schema;
}

json number(const char* description) {
  return {{"type", "integer"}, {"format", "int64"}, {"description", description}};
}

json object(const char* description, json properties, json required = json::array()) {
  json schema = {{"type", "object"}, {"description", description}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

json list(const char* description, json items) {
  return {{"type", "array"}, {"description", description}, {"items", std::move(items)}};
}

/// A description beside a $ref needs allOf in OpenAPI 3.0.
json described_reference(const std::string& name, const char* description) {
  return {{"description", description},
          {"default", json::object()},
          {"allOf", json::array({{{"$ref", "#/components/schemas/" + name}}})}};
}

json of_kind(json schema, std::string_view kind) {
  schema["x-kubernetes-group-version-kind"] = json::array({{{"group", kGroup}, {"version", kVersion}, {"kind", kind}}});
  return schema;
}

void add_type(json& properties) {
  properties["apiVersion"] = text("records.guildhall.dev/v1alpha1");
  properties["kind"] = text("What this object is.");
}

json actor() {
  return object("Who did it.",
                {{"email", text("The email of the Member, if the user is the subject of just one Member of the "
                                "Organization. Absent for Guildhall itself and for whoever is no Member.")},
                 {"user", text("The Kubernetes user as the API server told it, or guildhall for what Guildhall does "
                               "itself.")},
                 {"credential", text("What the user showed: ClientCertificate, OIDC, ServiceAccountToken, Token, "
                                     "Invitation or ApiKey. Absent when it is not known.")}});
}

json change() {
  return object("One field that changed.",
                {{"field", text("The field's path, such as spec.role.")},
                 {"old", text("Its value before. Absent when there was none.")},
                 {"new", text("Its value now. Absent when there is none.")}},
                {"field"});
}

json audit_entry() {
  json properties = {
      {"metadata", described_reference(std::string(kMetaPrefix) + "ObjectMeta",
                                       "The name is the record's id: what happened just once has one id, however often "
                                       "it is told. Records have no labels and are never changed.")},
      {"time", time("When it happened, to the microsecond, in UTC.")},
      {"organization",
       object("Whose log the record is in. A later Organization of the same name has another uid, and a "
              "log of its own.",
              {{"name", text("The Organization's name.")}, {"uid", text("Its uid.")}}, {"name", "uid"})},
      {"scope", text_of("Organization: its people, keys and settings. Deployment: what runs for it.",
                        {"Organization", "Deployment"})},
      {"action", text("What happened: the kind and a word in the past tense, such as MemberRoleChanged.")},
      {"outcome", text_of("Whether what was asked for was done. Refused: Guildhall or the API server said no.",
                          {"Success", "Refused"})},
      {"actor", actor()},
      {"source",
       text_of("Who saw it: Guildhall's admission webhooks, its gate, its controllers, the API server's audit "
               "webhook, or the public page of invitations.",
               {"Admission", "Gate", "Reconciler", "APIServer", "PublicPage"})},
      {"object", object("To what it was done.",
                        {{"kind", text("The object's kind, such as Member.")},
                         {"name", text("Its name.")},
                         {"uid", text("Its uid. Absent when it is not known.")}},
                        {"kind", "name"})},
      {"changes", list("The fields that changed, each with its old and new value. Never holds a secret.", change())},
      {"note", text("A sentence for people. Absent when there is nothing to add.")},
      {"count", number("Of how many alike this record tells. Absent: one.")},
      {"index", number("Its place in the Organization's log, from 0 on, without a hole.")}};
  add_type(properties);
  return of_kind(object("AuditEntry is one record of an Organization's audit log: who did what, when, to what, and "
                        "whether it was done. Lists are newest first. Select with --field-selector by action, email, "
                        "outcome, scope, object (kind/name), from and to (a time, a date, or how long ago, such as "
                        "7d), and q (text that stands in the record): kubectl get auditentries -n acme "
                        "--field-selector action=MemberRoleChanged,from=7d",
                        std::move(properties)),
                 kAuditEntry);
}

json audit_entry_list() {
  json properties = {{"metadata", described_reference(std::string(kMetaPrefix) + "ListMeta",
                                                      "Where the list stands, and where it goes on.")},
                     {"items", list("The records, newest first.", schema_reference("AuditEntry"))}};
  add_type(properties);
  return of_kind(object("AuditEntryList is a list of records.", std::move(properties), {"items"}), "AuditEntryList");
}

json signup() {
  json properties = {
      {"metadata", described_reference(std::string(kMetaPrefix) + "ObjectMeta",
                                       "May be left out; a name is not needed and not kept.")},
      {"spec", object("What is asked for.",
                      {{"organization",
                        text("The name of the Organization, and of its home namespace: a DNS label of at most 50 "
                             "characters that is not taken.")},
                       {"displayName", text("What people see, of 1 to 64 characters. Default: the name.")},
                       {"email", text("Your email, in lower case: the first Admin's.")}},
                      {"organization", "email"})},
      {"status", object("What was made of it. Set in the answer.",
                        {{"namespace", text("The home namespace.")}, {"member", text("The name of your Member.")}})}};
  add_type(properties);
  return of_kind(object("Signup makes an Organization with the user who creates it as its first Admin. It is not kept: "
                        "what it makes is an Organization and a Member.",
                        std::move(properties), {"spec"}),
                 kSignup);
}

json key_reference() {
  return object("Which ApiKey.",
                {{"namespace", text("The namespace in which it lies.")},
                 {"name", text("Its name.")},
                 {"uid", text("Its uid: another of the name is not meant.")}},
                {"namespace", "name", "uid"});
}

json use_report() {
  const json use = object("That a key was used.",
                          {{"key", key_reference()}, {"lastAt", time("When, for the last time.")}}, {"key", "lastAt"});
  const json refusals = object("Requests that were refused for one reason.",
                               {{"organization", text("The Organization whose door was asked for.")},
                                {"key", key_reference()},
                                {"outcome", text("The reason, such as Revoked or NoPermission.")},
                                {"count", number("How many requests. Default: 1.")},
                                {"lastAt", time("When, for the last time.")}},
                               {"organization", "outcome", "lastAt"});
  json properties = {
      {"metadata", described_reference(std::string(kMetaPrefix) + "ObjectMeta",
                                       "The name tells the report from every other: sent again under it, the same "
                                       "report is kept once.")},
      {"spec", object("What the gate saw.",
                      {{"uses", list("At most 200.", use)}, {"refusals", list("At most 200.", refusals)}})}};
  add_type(properties);
  return of_kind(
      object("UseReport is what a gate saw since its last report: which keys were used, and what it refused. "
             "Gates create it; it is not kept: the last use stands in the ApiKey's status, refusals in the "
             "audit log.",
             std::move(properties), {"metadata", "spec"}),
      kUseReport);
}

json object_meta() {
  return object(
      "ObjectMeta is what every object of Kubernetes has.",
      {{"name", text("The object's name, unique in its namespace.")},
       {"namespace", text("The namespace that it stands in.")},
       {"uid", text("What tells it from every other object, of its name too.")},
       {"resourceVersion", text("Where it stands among all records of every log; a watch goes on from there.")},
       {"creationTimestamp", time("When it came to be.")}});
}

json list_meta() {
  return object("ListMeta is what every list of Kubernetes has.",
                {{"resourceVersion", text("The newest record that the list can hold; a watch goes on from there.")},
                 {"continue", text("What to pass as continue for the next page. Absent on the last.")}});
}

}  // namespace

json schema_reference(const char* kind) {
  return {{"$ref", "#/components/schemas/" + (kOwnPrefix + std::string(kind))}};
}

json openapi_schemas() {
  const std::string own(kOwnPrefix);
  const std::string meta(kMetaPrefix);
  return {{own + "AuditEntry", audit_entry()},  {own + "AuditEntryList", audit_entry_list()},
          {own + "Signup", signup()},           {own + "UseReport", use_report()},
          {meta + "ObjectMeta", object_meta()}, {meta + "ListMeta", list_meta()}};
}

}  // namespace guildhall::records
