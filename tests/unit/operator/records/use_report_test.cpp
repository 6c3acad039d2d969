#include "operator/records/use_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "tests/unit/operator/records/routes_fixture.hpp"

namespace guildhall::records {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

const core::Timestamp kNoon = *core::parse_timestamp("2026-11-24T12:00:00Z");

core::UseReport report() {
  return {.id = "gate-1",
          .uses = {{.key = {"acme", "grafana"}, .uid = "u-1", .last_at = kNoon}},
          .refusals = {{.organization = "acme",
                        .key = {"acme", "agent"},
                        .uid = "u-2",
                        .outcome = "Revoked",
                        .count = 3,
                        .last_at = kNoon + std::chrono::microseconds(7)},
                       {.organization = "acme", .key = {}, .uid = "", .outcome = "UnknownKey", .last_at = kNoon}}};
}

json whole_report() {
  return core::use_report_object(report());
}

Checked<SentUseReport> parse(const json& whole, FieldValidation validation = FieldValidation::Warn) {
  return parse_use_report(whole.dump(), {"Revoked", "UnknownKey"}, validation);
}

TEST(AUseReport, IsReadAsItWasWritten) {
  const auto sent = parse(whole_report());
  ASSERT_TRUE(sent) << sent.error().message;
  EXPECT_EQ(sent->report, report());
  EXPECT_THAT(sent->warnings, IsEmpty());
}

struct Wrong {
  const char* name;
  std::function<void(json&)> change;
  const char* field;
};

class WrongUseReports : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongUseReports, NameTheField) {
  json whole = whole_report();
  GetParam().change(whole);
  const auto sent = parse(whole);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, 422);
  ASSERT_THAT(sent.error().causes, SizeIs(1)) << sent.error().message;
  EXPECT_EQ(sent.error().causes.front().field, GetParam().field);
}

INSTANTIATE_TEST_SUITE_P(
    Of, WrongUseReports,
    ::testing::Values(
        Wrong{"NoSpec", [](json& o) { o.erase("spec"); }, "spec"},
        Wrong{"NoName", [](json& o) { o.erase("metadata"); }, "metadata.name"},
        Wrong{"UsesThatAreNoList", [](json& o) { o["spec"]["uses"] = 1; }, "spec.uses"},
        Wrong{"AUseThatIsNoObject", [](json& o) { o["spec"]["uses"][0] = "x"; }, "spec.uses[0]"},
        Wrong{"TooManyUses",
              [](json& o) {
                for (std::size_t index = 0; index < core::kMostReported; ++index)
                  o["spec"]["uses"].push_back(o["spec"]["uses"][0]);
              },
              "spec.uses"},
        Wrong{"AKeyThatIsNoObject", [](json& o) { o["spec"]["refusals"][0]["key"] = "x"; }, "spec.refusals[0].key"},
        Wrong{"NoUid", [](json& o) { o["spec"]["uses"][0]["key"].erase("uid"); }, "spec.uses[0].key.uid"},
        Wrong{"ALongName", [](json& o) { o["spec"]["uses"][0]["key"]["name"] = std::string(254, 'x'); },
              "spec.uses[0].key.name"},
        Wrong{"ATimeThatIsNone", [](json& o) { o["spec"]["uses"][0]["lastAt"] = "noon"; }, "spec.uses[0].lastAt"},
        Wrong{"ANumberForATime", [](json& o) { o["spec"]["uses"][0]["lastAt"] = 1; }, "spec.uses[0].lastAt"},
        Wrong{"NoOrganization", [](json& o) { o["spec"]["refusals"][0].erase("organization"); },
              "spec.refusals[0].organization"},
        Wrong{"AnUnknownOutcome", [](json& o) { o["spec"]["refusals"][0]["outcome"] = "Bored"; },
              "spec.refusals[0].outcome"},
        Wrong{"NoCount", [](json& o) { o["spec"]["refusals"][0]["count"] = 0; }, "spec.refusals[0].count"},
        Wrong{"HalfACount", [](json& o) { o["spec"]["refusals"][0]["count"] = 1.5; }, "spec.refusals[0].count"}),
    [](const auto& info) { return info.param.name; });

TEST(AUseReport, MayHaveFieldsOfALaterGate) {
  json whole = whole_report();
  whole["spec"]["uses"][0]["key"]["new"] = 1;
  whole["spec"]["new"] = 1;
  EXPECT_THAT(parse(whole)->warnings,
              ElementsAre("unknown field \"spec.new\"", "unknown field \"spec.uses[0].key.new\""));
  EXPECT_THAT(parse(whole, FieldValidation::Ignore)->warnings, IsEmpty());
  EXPECT_EQ(parse(whole, FieldValidation::Strict).error().code, 400);
}

struct AReport : RoutesFixture {
  http::Response send(const std::string& query = "", const std::string& body = whole_report().dump()) {
    return ask("POST", "usereports" + query, {{"content-type", "application/json"}}, body);
  }
};

TEST_F(AReport, IsAcknowledgedWhenItIsKept) {
  const http::Response response = send();
  EXPECT_EQ(response.status, 201) << response.body;
  EXPECT_EQ(json::parse(response.body)["metadata"]["name"], "gate-1");
  EXPECT_THAT(kept, ElementsAre(report()));
  EXPECT_EQ(questions.at(0).verb, "create");
  EXPECT_EQ(questions.at(0).resource, "usereports");
  EXPECT_THAT(counted, ElementsAre("usereports create 201"));
}

TEST_F(AReport, IsToBeSentAgainWhenItCouldNotBeKept) {
  keeping = core::fail(core::ErrorKind::Conflict, "somebody else wrote it");
  EXPECT_THAT(refusal(send()), StartsWith("503 ServiceUnavailable: it could not be kept; send it again"));
}

TEST_F(AReport, IsNobodysToWriteWhoMayNot) {
  allowed = false;
  EXPECT_EQ(send().status, 403);
  EXPECT_THAT(kept, IsEmpty());
}

TEST_F(AReport, IsNotKeptInADryRunOrWhenItIsWrong) {
  EXPECT_EQ(send("?dryRun=All").status, 201);
  EXPECT_THAT(refusal(send("", "{}")), StartsWith("422 Invalid"));
  EXPECT_THAT(refusal(send("", "[]")), StartsWith("400 BadRequest"));
  EXPECT_THAT(kept, IsEmpty());
}

TEST_F(AReport, CannotBeRead) {
  EXPECT_THAT(refusal(get("usereports")), StartsWith("405 MethodNotAllowed"));
  EXPECT_EQ(get("usereports").headers.at("Allow"), "POST");
}

TEST_F(AReport, NeedsADesk) {
  Surroundings around = surroundings();
  around.keep_uses = nullptr;
  handler = make_routes(std::move(around));
  EXPECT_EQ(send().status, 503);
}

}  // namespace
}  // namespace guildhall::records
