#include "crds/generator/text_form.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crds/generator/cpp_header.hpp"
#include "tests/unit/crds/generator/snippets.hpp"

namespace guildhall::crds::generator {
namespace {

using testing::HasSubstr;
using testing::Not;

std::optional<TextForm> form(const std::string& schema) {
  return form_of(YAML::Load(schema));
}

TEST(TextForm, IsTheLengthAndTheRuleThatIsNothingButAPattern) {
  EXPECT_EQ(form("{type: string, maxLength: 9, x-kubernetes-validations: [{rule: self == oldSelf, message: fixed}, "
                 "{rule: \"self.matches('^a+$')\", message: letters}]}"),
            (TextForm{.most_characters = "9", .pattern = "^a+$", .message = "letters"}));
}

TEST(TextForm, IsTheSameInTheOtherQuotes) {
  const auto quoted =
      form("{type: string, maxLength: 9, x-kubernetes-validations: [{rule: 'self.matches(\"^a''b$\")'}]}");
  ASSERT_TRUE(quoted);
  EXPECT_EQ(quoted->pattern, "^a'b$");
}

TEST(TextForm, IsNoneOfWhatSaysLessOrMore) {
  for (const char* rule : {"!self.matches('^a$')", "self.matches('^a$') || self == ''", "self == 'a'",
                           "self.matches('^a$') && self.matches('b')", "self.matches('[.]') || self.matches('b')",
                           "self.matches(')", "self.matches(self)"})
    EXPECT_EQ(form(std::string("{type: string, maxLength: 9, x-kubernetes-validations: [{rule: \"") + rule + "\"}]}"),
              std::nullopt)
        << rule;
  EXPECT_EQ(form("{type: string, maxLength: 9, x-kubernetes-validations: [{rule: 'self.matches(''a\\.b'')'}]}"),
            std::nullopt)
      << "an escape, which CEL reads before the pattern does";
  EXPECT_EQ(form("{type: string, x-kubernetes-validations: [{rule: \"self.matches('a')\"}]}"), std::nullopt)
      << "without a limit";
  EXPECT_EQ(form("{type: array, maxLength: 9, x-kubernetes-validations: [{rule: \"self.matches('a')\"}]}"),
            std::nullopt);
  EXPECT_EQ(form("{type: string, maxLength: 9}"), std::nullopt);
}

TEST(TextForm, StandsInTheStructBesideItsField) {
  EXPECT_THAT(
      cpp_header(kind_with("{mainColor: {type: string, maxLength: 9, description: Of it., "
                           "x-kubernetes-validations: [{rule: \"self.matches('^\\\"a$')\", message: quoted}]}}")),
      HasSubstr("  static constexpr TextForm kMainColorForm{9,\n      \"^\\\"a$\",\n      \"quoted\"};\n"
                "  /// Of it.\n  std::optional<std::string> main_color;\n"));
  EXPECT_THAT(cpp_header(kind_with("{mainColor: {type: string, maxLength: 9}}")), Not(HasSubstr("static constexpr")));
}

}  // namespace
}  // namespace guildhall::crds::generator
