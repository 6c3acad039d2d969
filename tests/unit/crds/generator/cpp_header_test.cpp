#include "crds/generator/cpp_header.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/crds/generator/snippets.hpp"

namespace guildhall::crds::generator {
namespace {

using testing::HasSubstr;

struct Case {
  std::string name;
  std::string schema;
  std::string want;
  std::string required = "[]";
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}

class Declares : public testing::TestWithParam<Case> {};

TEST_P(Declares, AField) {
  const Kind kind = kind_with("{maxThings: " + GetParam().schema + "}", "{}", GetParam().required);
  EXPECT_THAT(cpp_header(kind), HasSubstr("\n  " + GetParam().want + ";\n"));
}

INSTANTIATE_TEST_SUITE_P(
    Every, Declares,
    testing::Values(
        Case{"optional_text", "{type: string}", "std::optional<std::string> max_things"},
        Case{"required_text", "{type: string}", "std::string max_things", "[maxThings]"},
        Case{"text_with_default", "{type: string, default: 1h}", "std::string max_things = \"1h\""},
        Case{"text_with_empty_default", "{type: string, default: ''}", "std::string max_things"},
        Case{"optional_integer", "{type: integer}", "std::optional<std::int64_t> max_things"},
        Case{"required_integer", "{type: integer}", "std::int64_t max_things = 0", "[maxThings]"},
        Case{"integer_with_default", "{type: integer, default: 7}", "std::int64_t max_things = 7"},
        Case{"optional_boolean", "{type: boolean}", "std::optional<bool> max_things"},
        Case{"boolean_with_default", "{type: boolean, default: true}", "bool max_things = true"},
        Case{"optional_time", "{type: string, format: date-time}", "std::optional<core::Timestamp> max_things"},
        Case{"required_time", "{type: string, format: date-time}", "core::Timestamp max_things", "[maxThings]"},
        Case{"optional_word", "{type: string, enum: [A, B]}", "std::optional<ApiKeyMaxThings> max_things"},
        Case{"required_word", "{type: string, enum: [A, B]}", "ApiKeyMaxThings max_things{}", "[maxThings]"},
        Case{"word_with_default", "{type: string, enum: [A, B], default: B}",
             "ApiKeyMaxThings max_things = ApiKeyMaxThings::B"},
        Case{"optional_struct", "{type: object, properties: {a: {type: string}}}",
             "std::optional<ApiKeyMaxThings> max_things"},
        Case{"struct_with_default", "{type: object, default: {}, properties: {a: {type: string}}}",
             "ApiKeyMaxThings max_things"},
        Case{"list", "{type: array, items: {type: string}}", "std::vector<std::string> max_things"},
        Case{"required_list", "{type: array, items: {type: string}}", "std::vector<std::string> max_things",
             "[maxThings]"},
        Case{"list_of_structs", "{type: array, items: {type: object, properties: {a: {type: string}}}}",
             "std::vector<ApiKeyMaxThing> max_things"},
        Case{"map", "{type: object, additionalProperties: {type: integer}}",
             "std::map<std::string, std::int64_t> max_things"},
        Case{"free_object", "{type: object, x-kubernetes-preserve-unknown-fields: true}", "nlohmann::json max_things"}),
    [](const auto& info) { return info.param.name; });

TEST(Header, DeclaresEnumerationsWithTheWordsThatUsersSee) {
  EXPECT_THAT(cpp_header(kind_with("{mode: {type: string, description: How., enum: [Read, ReadWrite]}}")),
              HasSubstr("/// spec.mode: How.\nenum class ApiKeyMode { Read, ReadWrite };\nstd::span<const "
                        "std::string_view> words_of(ApiKeyMode value);\n"));
}

TEST(Header, KeepsUnknownFieldsAndComparesWholeValues) {
  EXPECT_THAT(cpp_header(kind_with("{part: {type: object, description: A part., properties: {a: {type: string, "
                                   "description: One.}}}}")),
              HasSubstr("/// spec.part: A part.\nstruct ApiKeyPart {\n  /// One.\n  std::optional<std::string> a;\n  "
                        "nlohmann::json unknown;  ///< fields that this version does not know, kept for writing; null "
                        "without any\n  bool operator==(const ApiKeyPart&) const = default;\n};\n"));
}

TEST(Header, DeclaresTheKindAndItsConversion) {
  const std::string header = cpp_header(kind_with("{a: {type: string}}"));
  EXPECT_THAT(header, HasSubstr("// Made from crds/apikeys.yaml by crds/generator"));
  EXPECT_THAT(header, HasSubstr("/// apikeys.guildhall.dev/v1alpha1, namespaced.\nconst core::ResourceType& "
                                "api_key_type();\n"));
  EXPECT_THAT(header, HasSubstr("core::Result<ApiKey> parse_api_key(const nlohmann::json& object);\n"));
  EXPECT_THAT(header, HasSubstr("nlohmann::json to_json(const ApiKeySpec& spec);\n"));
  EXPECT_THAT(header, HasSubstr("nlohmann::json to_json(const ApiKey& object);\n"));
}

TEST(Header, IsNamedAfterTheKind) {
  EXPECT_EQ(file_stem(kind_with("{a: {type: string}}")), "apikey");
}

}  // namespace
}  // namespace guildhall::crds::generator
