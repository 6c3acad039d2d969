#include "crds/generator/reference_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/crds/generator/snippets.hpp"

namespace guildhall::crds::generator {
namespace {

using testing::HasSubstr;

TEST(ReferencePage, HasARowForEachField) {
  const std::string page = reference_page(kind_with(
      "{name: {type: string, description: The name., maxLength: 9, pattern: '^(a|b)$', x-kubernetes-validations: "
      "[{rule: x, message: a name is good}]}, flag: {type: boolean, description: On., default: false}}",
      "{}", "[name]"));
  EXPECT_THAT(page, HasSubstr("| `name` | string | The name. | required | at most 9 characters<br>matches "
                              "`^(a\\|b)$` | a name is good |\n"));
  EXPECT_THAT(page, HasSubstr("| `flag` | boolean | On. | `false` |  |  |\n"));
}

TEST(ReferencePage, LinksAFieldToTheSectionOfItsObject) {
  const std::string page =
      reference_page(kind_with("{parts: {type: array, items: {type: object, properties: {a: {type: string}}}}}"));
  EXPECT_THAT(page, HasSubstr("| `parts` | list of [object](#specparts) |"));
  EXPECT_THAT(page, HasSubstr("\n## spec.parts[]\n"));
}

TEST(ReferencePage, DescribesAnObjectBeforeWhatItIsMadeOf) {
  const std::string page = reference_page(kind_with(
      "{b: {type: object, properties: {x: {type: object, properties: {y: {type: string}}}}}, a: {type: object, "
      "properties: {y: {type: string}}}}"));
  std::size_t before = 0;
  for (const char* heading : {"\n## spec\n", "\n## spec.b\n", "\n## spec.b.x\n", "\n## spec.a\n", "\n## status\n"}) {
    const std::size_t at = page.find(heading);
    ASSERT_NE(at, std::string::npos) << heading;
    EXPECT_GT(at, before) << heading;
    before = at;
  }
}

TEST(ReferencePage, SaysWhatRulesHoldForAnObject) {
  const std::string page = reference_page(
      kind_with("{part: {type: object, description: A part., x-kubernetes-validations: [{rule: x, message: both or "
                "none}], properties: {a: {type: string}}}}"));
  EXPECT_THAT(page, HasSubstr("## spec.part\n\nA part.\n\nRules:\n\n- both or none\n\n| field |"));
}

}  // namespace
}  // namespace guildhall::crds::generator
