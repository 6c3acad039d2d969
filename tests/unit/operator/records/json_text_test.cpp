#include "operator/records/json_text.hpp"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/unit/operator/records/some_entries.hpp"

namespace guildhall::records {
namespace {

using nlohmann::json;

std::string written(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(AJsonString, EscapesWhatItMust) {
  EXPECT_EQ(written("plain"), R"("plain")");
  EXPECT_EQ(written("a\"b\\c\nd\x01"), R"("a\"b\\c\nd\u0001")");
  EXPECT_EQ(written("Zo\xc3\xab"), "\"Zo\xc3\xab\"");
  EXPECT_EQ(written("a\xff\xc3"), "\"a\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(written("\x7f"), "\"\x7f\"");
}

RC_GTEST_PROP(AJsonString, OfAnyBytesIsWhatTheLibraryReads, ()) {
  const std::string text = *nasty_text();
  const json library = json::parse(json(text).dump(-1, ' ', false, json::error_handler_t::replace));
  const json own = json::parse(written(text));
  // How many marks stand for broken bytes is each writer's own; sound text is the same.
  if (!library.get<std::string>().contains("\xEF\xBF\xBD")) RC_ASSERT(own == library);
}

TEST(AJsonObject, IsWrittenMemberByMember) {
  std::string out;
  JsonObject object(out);
  object.text("a", "1").text_if("b", "").text_if("c", "2").number("d", -3);
  JsonObject(object.member("e")).close();
  object.close();
  EXPECT_EQ(out, R"({"a":"1","c":"2","d":-3,"e":{}})");
}

}  // namespace
}  // namespace guildhall::records
