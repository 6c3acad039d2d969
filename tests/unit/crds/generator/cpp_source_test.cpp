#include "crds/generator/cpp_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/crds/generator/snippets.hpp"

namespace guildhall::crds::generator {
namespace {

using testing::HasSubstr;

TEST(Source, ReadsAndWritesEachFieldByItsPresence) {
  const std::string source = cpp_source(
      kind_with("{part: {type: object, required: [need], properties: {need: {type: string}, may: {type: string}, "
                "preset: {type: string, default: x}}}}"));
  EXPECT_THAT(source, HasSubstr(R"(static void read_fields(ObjectReader& in, ApiKeyPart& out) {
  in.required("need", out.need);
  in.optional("may", out.may);
  in.optional("preset", out.preset);
  in.rest(out.unknown);
}

static nlohmann::json to_json(const ApiKeyPart& value) {
  ObjectWriter out(value.unknown);
  out.always("need", value.need);
  out.optional("may", value.may);
  out.always("preset", value.preset);
  return out.take();
}
)"));
}

TEST(Source, KnowsWordsInTheEnumeratorsOrder) {
  EXPECT_THAT(cpp_source(kind_with("{mode: {type: string, enum: [Read, ReadWrite]}}")),
              HasSubstr(R"(std::span<const std::string_view> words_of(ApiKeyMode /*value*/) {
  static constexpr std::array<std::string_view, 2> kWords{"Read", "ReadWrite"};
  return kWords;
}
)"));
}

TEST(Source, KnowsTheTypeOfTheKind) {
  EXPECT_THAT(cpp_source(kind_with("{a: {type: string}}")), HasSubstr(R"(  static const core::ResourceType kType{
      .group = "guildhall.dev",
      .version = "v1alpha1",
      .plural = "apikeys",
      .kind = "ApiKey",
      .namespaced = true,
  };
)"));
}

TEST(Source, AsksForASpecOnlyWhereTheCrdDoes) {
  Kind kind = kind_with("{a: {type: string}}");
  EXPECT_THAT(cpp_source(kind), HasSubstr("in.required(\"spec\", out.spec);"));
  kind.requires_spec = false;
  EXPECT_THAT(cpp_source(kind), HasSubstr("in.optional(\"spec\", out.spec);"));
}

TEST(Source, PublishesTheConversionOfSpecAndStatusAlone) {
  const std::string source = cpp_source(kind_with("{a: {type: string}}"));
  EXPECT_THAT(source, HasSubstr("\nnlohmann::json to_json(const ApiKeySpec& spec) {\n"));
  EXPECT_THAT(source, HasSubstr("\nnlohmann::json to_json(const ApiKeyStatus& status) {\n"));
}

}  // namespace
}  // namespace guildhall::crds::generator
