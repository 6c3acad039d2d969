#include "operator/records/openapi.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "operator/records/discovery.hpp"
#include "operator/records/entry_object.hpp"
#include "tests/unit/operator/records/some_entries.hpp"

namespace guildhall::records {
namespace {

using nlohmann::json;

/// What a $ref, or an allOf of one, leads to.
json resolved(const json& document, const json& schema) {
  const json& reference = schema.contains("allOf") ? schema["allOf"][0] : schema;
  if (!reference.contains("$ref")) return schema;
  return document.at(json::json_pointer(reference["$ref"].get<std::string>().substr(1)));
}

void check_references(const json& document, const json& part) {
  const std::string reference = part.is_object() ? part.value("$ref", "") : "";
  EXPECT_TRUE(reference.empty() || document.contains(json::json_pointer(reference.substr(1)))) << part;
  if (!part.is_structured()) return;
  for (const json& child : part)
    check_references(document, child);
}

TEST(TheOpenApiDocument, LeadsEveryReferenceSomewhere) {
  const json document = openapi_document();
  check_references(document, document);
}

/// Every field of a schema has a description that ends as a sentence does.
void check_descriptions(const json& document, const json& schema, const std::string& path) {
  const json own = resolved(document, schema);
  if (!own.contains("properties")) return;
  for (const auto& [name, field] : own["properties"].items()) {
    EXPECT_TRUE(field.contains("description")) << path << "." << name;
    if (!field.contains("description")) continue;
    EXPECT_FALSE(field["description"].get<std::string>().empty()) << path << "." << name;
    check_descriptions(document, field.contains("items") ? field["items"] : field, fmt::format("{}.{}", path, name));
  }
}

TEST(TheOpenApiDocument, DescribesEveryField) {
  const json document = openapi_document();
  for (const auto& [name, schema] : document["components"]["schemas"].items()) {
    EXPECT_TRUE(schema.contains("description")) << name;
    check_descriptions(document, schema, name);
  }
}

/// As `kubectl explain` finds a kind: k8s.io/kubectl pkg/explain/v2/templates/plaintext.tmpl.
TEST(TheOpenApiDocument, IsFoundByKubectlExplain) {
  const json document = openapi_document();
  for (const ServedResource& resource : served_resources()) {
    const std::string base = "/apis/records.guildhall.dev/v1alpha1/";
    const json& path = document["paths"].at(base + std::string(resource.name));
    const json& operation = path.contains("get") ? path["get"] : path["post"];
    const json kind = operation["x-kubernetes-group-version-kind"];
    EXPECT_EQ(kind["kind"], resource.kind);
    int found = 0;
    for (const json& schema : document["components"]["schemas"])
      found += schema.value("x-kubernetes-group-version-kind", json::array()) == json::array({kind}) ? 1 : 0;
    EXPECT_EQ(found, 1) << resource.kind;
  }
}

/// As kubectl finds whether `create` may ask for fields to be checked: k8s.io/cli-runtime query_param_verifier_v3.go.
TEST(TheOpenApiDocument, TellsKubectlThatFieldsOfSignupsAreChecked) {
  const json paths = openapi_document()["paths"];
  const json& patch = paths.at("/apis/records.guildhall.dev/v1alpha1/signups/{name}").at("patch");
  EXPECT_EQ(patch["x-kubernetes-group-version-kind"]["kind"], "Signup");
  const auto& parameters = patch["parameters"];
  EXPECT_TRUE(std::ranges::any_of(parameters, [](const json& one) { return one["name"] == "fieldValidation"; }));
  EXPECT_TRUE(std::ranges::any_of(parameters, [](const json& one) { return one["name"] == "dryRun"; }));
}

/// Every member of `object` is a property of the schema, and all that is required is there.
void check_object(const json& document, const json& schema, const json& object, const std::string& path) {
  const json own = resolved(document, schema);
  if (object.is_array()) {
    for (const json& item : object)
      check_object(document, own["items"], item, path + "[]");
    return;
  }
  if (!object.is_object()) {
    const std::string type = own["type"];
    EXPECT_EQ(type, object.is_string() ? "string" : "integer") << path;
    if (own.contains("enum")) {
      EXPECT_THAT(own["enum"].get<std::vector<json>>(), ::testing::Contains(object)) << path;
    }
    return;
  }
  for (const json& name : own.value("required", json::array()))
    EXPECT_TRUE(object.contains(name.get<std::string>())) << path << "." << name;
  for (const auto& [name, value] : object.items()) {
    ASSERT_TRUE(own["properties"].contains(name)) << path << "." << name;
    check_object(document, own["properties"][name], value, fmt::format("{}.{}", path, name));
  }
}

TEST(TheOpenApiDocument, DescribesAnEntryAsItIsServed) {
  core::RecordedEntry entry = role_change();
  entry.entry.note = "a sentence";
  entry.entry.count = 2;
  std::string text;
  append_entry(text, entry, "acme");
  const json document = openapi_document();
  const json& schema = document["components"]["schemas"]["dev.guildhall.records.v1alpha1.AuditEntry"];
  const json object = json::parse(text);
  check_object(document, schema, object, "AuditEntry");
  EXPECT_EQ(schema["properties"].size(), object.size()) << "a field is described that no entry has";
}

TEST(TheOpenApiRoot, LeadsToTheDocumentByItsHash) {
  EXPECT_EQ(openapi_root("AB12"), json::parse(R"({"paths": {"apis/records.guildhall.dev/v1alpha1":
    {"serverRelativeURL": "/openapi/v3/apis/records.guildhall.dev/v1alpha1?hash=AB12"}}})"));
}

}  // namespace
}  // namespace guildhall::records
