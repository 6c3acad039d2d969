#include "crds/generator/crd_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

#include "tests/unit/crds/generator/snippets.hpp"

namespace guildhall::crds::generator {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kCondition =
    "{type: object, required: [type, status, reason, message, lastTransitionTime], properties: {type: {type: string}, "
    "status: {type: string}, reason: {type: string}, message: {type: string}, lastTransitionTime: {type: string, "
    "format: date-time}, observedGeneration: {type: integer}}}";

struct Named {
  std::string name;
};

struct TypeCase : Named {
  std::string schema;
  Type want;
};

void PrintTo(const TypeCase& c, std::ostream* out) {
  *out << c.name;
}

class ReadsType : public testing::TestWithParam<TypeCase> {};

TEST_P(ReadsType, OfAProperty) {
  const Kind kind = kind_with("{things: " + GetParam().schema + "}");
  ASSERT_FALSE(kind.objects.empty());
  const auto spec =
      std::find_if(kind.objects.begin(), kind.objects.end(), [](const Object& o) { return o.name == "ApiKeySpec"; });
  ASSERT_EQ(spec->fields.size(), 1U);
  EXPECT_EQ(spec->fields[0].type, GetParam().want);
  EXPECT_EQ(spec->fields[0].presence, Presence::Optional);
}

INSTANTIATE_TEST_SUITE_P(
    Every, ReadsType,
    testing::Values(
        TypeCase{{"text"}, "{type: string}", {Shape::Text, {}, {}}},
        TypeCase{{"integer"}, "{type: integer, format: int64}", {Shape::Integer, {}, {}}},
        TypeCase{{"boolean"}, "{type: boolean}", {Shape::Boolean, {}, {}}},
        TypeCase{{"time"}, "{type: string, format: date-time}", {Shape::Time, {}, {}}},
        TypeCase{{"words"}, "{type: string, enum: [A, B]}", {Shape::Word, "ApiKeyThings", {}}},
        TypeCase{{"struct"}, "{type: object, properties: {a: {type: string}}}", {Shape::Object, "ApiKeyThings", {}}},
        TypeCase{{"free_object"}, "{type: object, x-kubernetes-preserve-unknown-fields: true}", {Shape::Any, {}, {}}},
        TypeCase{{"list"}, "{type: array, items: {type: string}}", {Shape::List, {}, {{Shape::Text, {}, {}}}}},
        TypeCase{{"list_of_words"},
                 "{type: array, items: {type: string, enum: [A]}}",
                 {Shape::List, {}, {{Shape::Word, "ApiKeyThing", {}}}}},
        TypeCase{{"list_of_structs"},
                 "{type: array, items: {type: object, properties: {a: {type: string}}}}",
                 {Shape::List, {}, {{Shape::Object, "ApiKeyThing", {}}}}},
        TypeCase{
            {"map"}, "{type: object, additionalProperties: {type: string}}", {Shape::Map, {}, {{Shape::Text, {}, {}}}}},
        TypeCase{{"conditions"},
                 std::string("{type: array, items: ") + kCondition + "}",
                 {Shape::List, {}, {{Shape::Condition, {}, {}}}}}),
    [](const auto& info) { return info.param.name; });

TEST(ReadCrd, KnowsTheKind) {
  const Kind kind = kind_with("{a: {type: string}}");
  EXPECT_EQ(kind.name, "ApiKey");
  EXPECT_EQ(kind.source, "apikeys.yaml");
  EXPECT_EQ(kind.group, "guildhall.dev");
  EXPECT_EQ(kind.version, "v1alpha1");
  EXPECT_EQ(kind.plural, "apikeys");
  EXPECT_TRUE(kind.namespaced);
  EXPECT_TRUE(kind.requires_spec);
  EXPECT_EQ(kind.description, "A credential.");
}

TEST(ReadCrd, PutsAStructAfterThoseItIsMadeOf) {
  const Kind kind = kind_with("{a: {type: object, properties: {b: {type: object, properties: {c: {type: string}}}}}}");
  std::vector<std::string> names;
  names.reserve(kind.objects.size());
  for (const Object& object : kind.objects)
    names.push_back(object.name + " " + object.path);
  EXPECT_THAT(names, ElementsAre("ApiKeyAB spec.a.b", "ApiKeyA spec.a", "ApiKeySpec spec", "ApiKeyStatus status"));
}

TEST(ReadCrd, KnowsRequiredAndDefaults) {
  const Kind kind = kind_with(
      "{need: {type: string}, text: {type: string, default: 1h}, flag: {type: boolean, default: true}, count: {type: "
      "integer, default: -3}, word: {type: string, enum: [A, B], default: B}, empty: {type: string, default: ''}, "
      "part: "
      "{type: object, default: {}, properties: {x: {type: string}}}}",
      "{}", "[need, text]");
  const Object& spec = kind.objects[1];
  ASSERT_EQ(spec.fields.size(), 7U);
  EXPECT_EQ(spec.fields[0].presence, Presence::Required);
  const std::vector<std::string> defaults{"1h", "true", "-3", "B", "", "{}"};
  for (std::size_t i = 0; i < defaults.size(); ++i) {
    EXPECT_EQ(spec.fields[i + 1].presence, Presence::Defaulted) << spec.fields[i + 1].name;
    EXPECT_EQ(spec.fields[i + 1].default_value, defaults[i]);
  }
}

struct ErrorCase : Named {
  std::string properties;
  std::string want;
};

void PrintTo(const ErrorCase& c, std::ostream* out) {
  *out << c.name;
}

class Refuses : public testing::TestWithParam<ErrorCase> {};

TEST_P(Refuses, WithThePath) {
  const auto kind = read_crd(crd_with(GetParam().properties), "apikeys.yaml");
  ASSERT_FALSE(kind);
  EXPECT_THAT(kind.error(), Contains(GetParam().want));
}

INSTANTIATE_TEST_SUITE_P(
    WhatHasNoCppType, Refuses,
    testing::Values(
        ErrorCase{{"number"}, "{a: {type: number}}", "spec.a: type number has no C++ type"},
        ErrorCase{{"no_type"}, "{a: {description: x}}", "spec.a: type is missing"},
        ErrorCase{{"one_of"},
                  "{a: {type: string, oneOf: []}}",
                  "spec.a: oneOf of type string is not understood by the generator"},
        ErrorCase{{"nullable"},
                  "{a: {type: string, nullable: true}}",
                  "spec.a: nullable of type string is not understood by the generator"},
        ErrorCase{{"int_or_string"}, "{a: {x-kubernetes-int-or-string: true}}", "spec.a: type is missing"},
        ErrorCase{{"keyword_of_another_type"},
                  "{a: {type: boolean, maxLength: 3}}",
                  "spec.a: maxLength of type boolean is not understood by the generator"},
        ErrorCase{{"in_a_nested_object"},
                  "{a: {type: object, properties: {b: {type: object, not: {}, properties: {c: {type: string}}}}}}",
                  "spec.a.b: not of type object is not understood by the generator"},
        ErrorCase{{"in_a_list"}, "{a: {type: array, items: {type: number}}}", "spec.a[]: type number has no C++ type"},
        ErrorCase{{"in_a_map"},
                  "{a: {type: object, additionalProperties: {type: 'null'}}}",
                  "spec.a[]: type null has no C++ type"},
        ErrorCase{{"free_map"},
                  "{a: {type: object, additionalProperties: true}}",
                  "spec.a[]: the schema of the entries is missing"},
        ErrorCase{{"list_without_items"}, "{a: {type: array}}", "spec.a[]: the schema of the entries is missing"},
        ErrorCase{{"list_of_lists"},
                  "{a: {type: array, items: {type: array, items: {type: string}}}}",
                  "spec.a[]: a list or map of lists or maps has no C++ type"},
        ErrorCase{{"object_without_fields"},
                  "{a: {type: object}}",
                  "spec.a: an object has either properties, or additionalProperties, or preserves unknown fields"},
        ErrorCase{
            {"format"}, "{a: {type: string, format: byte}}", "spec.a: format byte of type string has no C++ type"},
        ErrorCase{{"word_with_a_space"},
                  "{a: {type: string, enum: [two words]}}",
                  "spec.a: the word \"two words\" cannot be an enumerator"},
        ErrorCase{{"default_of_another_type"},
                  "{a: {type: integer, default: many}}",
                  "spec.a: the generator does not understand this default"},
        ErrorCase{{"default_that_is_no_word"},
                  "{a: {type: string, enum: [A], default: B}}",
                  "spec.a: the generator does not understand this default"},
        ErrorCase{{"default_of_a_list"},
                  "{a: {type: array, items: {type: string}, default: []}}",
                  "spec.a: the generator does not understand this default"},
        ErrorCase{{"default_of_a_time"},
                  "{a: {type: string, format: date-time, default: '2026-01-01T00:00:00Z'}}",
                  "spec.a: the generator does not understand this default"},
        ErrorCase{{"required_but_no_property"},
                  "{a: {type: object, required: [b], properties: {c: {type: string}}}}",
                  "spec.a: requires b, which is no property"},
        ErrorCase{{"a_name_that_is_taken"},
                  "{status: {type: string, enum: [A]}}",
                  "spec.status: another type has the name ApiKeySpecStatus already"},
        ErrorCase{{"a_field_called_unknown"},
                  "{unknown: {type: string}}",
                  "spec.unknown: the name unknown is taken by what keeps unknown fields"},
        ErrorCase{
            {"a_name_that_is_none"}, "{a-b: {type: string}}", "spec.a-b: the name of the property is no C++ name"},
        ErrorCase{{"a_keyword_twice"}, "{a: {type: string, type: string}}", "spec.a: type stands twice"},
        ErrorCase{{"a_property_twice"}, "{a: {type: string}, a: {type: string}}", "spec: a stands twice"},
        ErrorCase{{"an_unknown_part_of_a_rule"},
                  "{a: {type: string, x-kubernetes-validations: [{rule: x, mesage: y}]}}",
                  "spec.a: mesage of a rule is not understood by the generator"},
        ErrorCase{{"a_reserved_word_in_a_rule"},
                  "{a: {type: string, x-kubernetes-validations: [{rule: has(self.namespace), message: y}]}}",
                  "spec.a: namespace is a reserved word in a rule: write __namespace__"}),
    [](const auto& info) { return info.param.name; });

TEST(ReadCrd, SaysEveryProblemAtOnce) {
  const auto kind = read_crd(crd_with("{a: {type: number}, b: {type: string, format: byte}}"), "apikeys.yaml");
  ASSERT_FALSE(kind);
  EXPECT_THAT(kind.error(),
              ElementsAre("spec.a: type number has no C++ type", "spec.b: format byte of type string has no C++ type"));
}

TEST(ReadCrd, RefusesWhatIsNoCrd) {
  const auto other = read_crd("{kind: ConfigMap, spec: {}}", "x.yaml");
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error(), ElementsAre("kind: this is no CustomResourceDefinition"));
  const auto broken = read_crd("a: [", "x.yaml");
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error(), ElementsAre(HasSubstr("YAML: ")));
  EXPECT_FALSE(read_crd("", "x.yaml"));
  EXPECT_FALSE(read_crd("just text", "x.yaml"));
}

TEST(ReadCrd, RefusesASecondVersion) {
  std::string two = crd_with("{a: {type: string}}");
  two.insert(two.find("{name: v1alpha1"), "{name: v1}, ");
  const auto kind = read_crd(two, "apikeys.yaml");
  ASSERT_FALSE(kind);
  EXPECT_THAT(kind.error(), ElementsAre("versions: the generator makes the types of exactly one version"));
}

TEST(ReadCrd, RefusesAFieldBesideSpecAndStatus) {
  std::string crd = crd_with("{a: {type: string}}");
  crd.insert(crd.find("spec: {type: object"), "extra: {type: string}, ");
  const auto kind = read_crd(crd, "apikeys.yaml");
  ASSERT_FALSE(kind);
  EXPECT_THAT(kind.error(), ElementsAre("extra: beside spec and status there are no fields"));
}

}  // namespace
}  // namespace guildhall::crds::generator
