#include "operator/api/json_reader.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "operator/api/json_writer.hpp"

namespace guildhall::api {
namespace {

using nlohmann::json;

template <class T>
std::string problem_of(const json& value) {
  std::string problem;
  T out{};
  const Path root;
  read(Source{value, root.field("spec"), problem}, out);
  return problem;
}

template <class T>
T value_of(const json& value) {
  std::string problem;
  T out{};
  read(Source{value, Path(), problem}, out);
  EXPECT_EQ(problem, "");
  return out;
}

TEST(Path, IsWrittenAsKubernetesDoes) {
  const Path root;
  const Path spec = root.field("spec");
  const Path keys = spec.field("keys");
  const Path first = keys.item(0);
  const Path labels = first.field("labels");
  EXPECT_EQ(root.to_string(), "");
  EXPECT_EQ(first.to_string(), "spec.keys[0]");
  EXPECT_EQ(labels.entry("example.com/team").to_string(), "spec.keys[0].labels[example.com/team]");
}

TEST(Read, IntegersWithinTheirRangeAlone) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(value_of<std::int64_t>(most), most);
  EXPECT_EQ(value_of<std::int64_t>(least), least);
  EXPECT_EQ(problem_of<std::int64_t>(json::parse("9223372036854775808")),
            "spec: expected an integer, got 9223372036854775808");
  EXPECT_EQ(problem_of<std::int64_t>(1.5), "spec: expected an integer, got 1.5");
}

TEST(Read, NamesWhatStandsThereInstead) {
  EXPECT_EQ(problem_of<bool>("true"), "spec: expected a boolean, got a string");
  EXPECT_EQ(problem_of<std::string>(nullptr), "spec: expected a string, got null");
  EXPECT_EQ(problem_of<std::string>(true), "spec: expected a string, got a boolean");
  EXPECT_EQ(problem_of<std::vector<std::string>>(json::object()), "spec: expected an array, got an object");
  EXPECT_EQ((problem_of<std::map<std::string, std::string>>(json::array())), "spec: expected an object, got an array");
  EXPECT_EQ((problem_of<std::map<std::string, std::string>>({{"a.b", 1}})),
            "spec[a.b]: expected a string, got a number");
  EXPECT_EQ(problem_of<core::Timestamp>("soon"), "spec: expected a time such as 2027-01-31T00:00:00Z, got \"soon\"");
}

TEST(Read, RepeatsALongTextOnlyInPartAndNeverHalfACharacter) {
  std::string text(63, 'a');
  for (int i = 0; i < 100; ++i)
    text += "ü";
  EXPECT_EQ(problem_of<core::Timestamp>(text),
            "spec: expected a time such as 2027-01-31T00:00:00Z, got \"" + std::string(63, 'a') + "…\"");
}

TEST(Read, KeepsTheFirstProblem) {
  std::string problem = "earlier";
  std::string out;
  const json value = 7;
  read(Source{value, Path(), problem}, out);
  EXPECT_EQ(problem, "earlier");
}

TEST(Read, ConditionsWithUnknownAsNotTrue) {
  json condition{{"type", "Ready"},  {"status", "Unknown"},     {"reason", "Waiting"},
                 {"message", "why"}, {"observedGeneration", 7}, {"lastTransitionTime", "2026-11-24T10:00:00Z"}};
  EXPECT_FALSE(value_of<core::Condition>(condition).status);
  condition["status"] = "True";
  const auto value = value_of<core::Condition>(condition);
  EXPECT_TRUE(value.status);
  EXPECT_EQ(value.reason, "Waiting");
  EXPECT_EQ(write(value), condition);
  condition["status"] = "Maybe";
  EXPECT_EQ(problem_of<core::Condition>(condition), "spec.status: expected one of True, False, Unknown, got \"Maybe\"");
}

TEST(Timestamps, AreWrittenInSecondsAndLoseNoFraction) {
  for (const char* text : {"2026-11-24T10:00:00Z", "2026-11-24T10:00:00.250000Z"})
    EXPECT_EQ(write(value_of<core::Timestamp>(text)), text);
  EXPECT_EQ(write(value_of<core::Timestamp>("2026-11-24T12:00:00+02:00")), "2026-11-24T10:00:00Z");
}

TEST(ObjectWriter, LetsKnownFieldsWinOverUnknownOnes) {
  ObjectWriter out(json{{"a", 1}, {"b", 2}});
  out.always("a", std::string("known"));
  EXPECT_EQ(out.take(), (json{{"a", "known"}, {"b", 2}}));
}

}  // namespace
}  // namespace guildhall::api
