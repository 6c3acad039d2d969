#include "operator/plugin/documents.hpp"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <nlohmann/json.hpp>

namespace guildhall::plugin {
namespace {

using nlohmann::json;

TEST(DocumentsTest, JsonIsIndentedAsKubectlDoes) {
  EXPECT_EQ(to_json_text({{"b", {1, "x"}}, {"a", nullptr}}),
            "{\n    \"a\": null,\n    \"b\": [\n        1,\n        \"x\"\n    ]\n}\n");
}

TEST(DocumentsTest, YamlQuotesWhatCouldBeTakenForSomethingElse) {
  const json document{
      {"list", json::array()},
      {"map", json::object()},
      {"number", 3},
      {"flag", true},
      {"none", nullptr},
      {"strings", {"plain", "true", "NO", "3", "0x1f", "2026-11-24T10:00:00Z", "", "a: b", "-", "~", "*x"}}};
  EXPECT_EQ(to_yaml_text(document),
            "flag: true\nlist: []\nmap: {}\nnone: null\nnumber: 3\nstrings:\n  - plain\n  - \"true\"\n  - \"NO\"\n"
            "  - \"3\"\n  - \"0x1f\"\n  - \"2026-11-24T10:00:00Z\"\n  - \"\"\n  - \"a: b\"\n  - \"-\"\n  - \"~\"\n"
            "  - \"*x\"\n");
}

TEST(DocumentsTest, DangerousCharactersAreEscapedAndStillMeanTheSame) {
  const json document{{"name", "a\x1b[2J\xe2\x80\xae\xc2\x9b\x7f\nb\xc3\xab"}};
  const std::string as_json = to_json_text(document);
  const std::string as_yaml = to_yaml_text(document);
  for (const auto& text : {as_json, as_yaml}) {
    EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
    EXPECT_EQ(text.find('\x7f'), std::string::npos) << text;
    EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos) << text;
    EXPECT_EQ(text.find("\xc2\x9b"), std::string::npos) << text;
    EXPECT_NE(text.find("\xc3\xab"), std::string::npos) << text;
  }
  EXPECT_EQ(json::parse(as_json), document);
  EXPECT_EQ(YAML::Load(as_yaml)["name"].as<std::string>(), document["name"].get<std::string>());
}

TEST(DocumentsTest, ManagedFieldsAreLeftOut) {
  EXPECT_EQ(without_managed_fields({{"metadata", {{"name", "a"}, {"managedFields", {1}}}}}),
            json({{"metadata", {{"name", "a"}}}}));
  EXPECT_EQ(without_managed_fields(json::object()), json::object());
}

TEST(DocumentsTest, AListIsOneOfKubectl) {
  const json list = list_of({json{{"kind", "Member"}}});
  EXPECT_EQ(list["kind"], "List");
  EXPECT_EQ(list["items"].size(), 1U);
}

}  // namespace
}  // namespace guildhall::plugin
