#include "operator/runtime/audit_event.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace guildhall::runtime {
namespace {

const core::ResourceType kApiKeys{"guildhall.dev", "v1alpha1", "apikeys", "ApiKey", true};
const core::ResourceType kOrganizations{"guildhall.dev", "v1alpha1", "organizations", "Organization", false};
const Regarding kGrafana{kApiKeys, {"acme", "grafana"}, "uid-1"};
const core::Timestamp kNow = *core::parse_timestamp("2026-11-24T10:00:00.000042Z");

TEST(AuditEvent, IsAnEventOfTheNewApiAboutTheObject) {
  const core::AuditNote entry{
      .action = "ApiKeyRotated", .note = "the key has a new token", .warning = false, .identity = "abc"};
  const nlohmann::json wanted = {{"apiVersion", "events.k8s.io/v1"},
                                 {"kind", "Event"},
                                 {"metadata", {{"name", event_name(kGrafana, "abc")}, {"namespace", "acme"}}},
                                 {"eventTime", "2026-11-24T10:00:00.000042Z"},
                                 {"reportingController", "guildhall.dev/operator"},
                                 {"reportingInstance", "guildhall-0"},
                                 {"action", "ApiKeyRotated"},
                                 {"reason", "ApiKeyRotated"},
                                 {"type", "Normal"},
                                 {"note", "the key has a new token"},
                                 {"regarding",
                                  {{"apiVersion", "guildhall.dev/v1alpha1"},
                                   {"kind", "ApiKey"},
                                   {"name", "grafana"},
                                   {"namespace", "acme"},
                                   {"uid", "uid-1"}}}};
  EXPECT_EQ(audit_event(kGrafana, entry, "guildhall-0", kNow), wanted);
}

TEST(AuditEvent, AboutAClusterScopedObjectStandsInDefaultAndNamesNoNamespace) {
  const Regarding acme{kOrganizations, {"", "acme"}, ""};
  const auto event = audit_event(acme, {.action = "X", .note = "", .warning = true, .identity = "1"}, "i", kNow);
  EXPECT_EQ(event.at("metadata").at("namespace"), "default");
  EXPECT_FALSE(event.at("regarding").contains("namespace"));
  EXPECT_FALSE(event.at("regarding").contains("uid"));
  EXPECT_EQ(event.at("type"), "Warning");
}

TEST(AuditEvent, TheSameOccurrenceHasTheSameNameAndAnotherHasAnother) {
  const std::string name = event_name(kGrafana, "abc");
  EXPECT_EQ(name, event_name(kGrafana, "abc"));
  EXPECT_NE(name, event_name(kGrafana, "abd"));
  EXPECT_NE(name, event_name({kOrganizations, {"acme", "grafana"}, "uid-1"}, "abc"));
  EXPECT_NE(name, event_name({kApiKeys, {"globex", "grafana"}, "uid-1"}, "abc"));
}

TEST(AuditEvent, ANameIsThatOfTheObjectAndThirtyTwoHexadecimals) {
  const std::string name = event_name(kGrafana, "abc");
  EXPECT_EQ(name.substr(0, 8), "grafana.");
  EXPECT_EQ(name.size(), 8U + 32U);
  EXPECT_EQ(name.find_first_not_of("0123456789abcdef", 8), std::string::npos);
}

TEST(AuditEvent, ALongNameIsCutToWhatAnObjectMayHave) {
  const Regarding longest{kApiKeys, {"acme", std::string(219, 'a') + "." + std::string(33, 'b')}, ""};
  const std::string name = event_name(longest, "abc");
  EXPECT_LE(name.size(), 253U);
  EXPECT_EQ(name.substr(0, 220), std::string(219, 'a') + ".") << "no empty label between two dots";
}

TEST(AuditEvent, ALongNoteIsCutBetweenTwoCharacters) {
  std::string note(1023, 'a');
  note += "\u00e9 and more";
  const auto event = audit_event(kGrafana, {.action = "X", .note = note, .warning = false, .identity = "1"}, "i", kNow);
  EXPECT_EQ(event.at("note"), std::string(1023, 'a'));
}

TEST(AuditEvent, ANoteOfExactlyTheLimitIsWhole) {
  const std::string note = std::string(1022, 'a') + "\u00e9";
  const auto event = audit_event(kGrafana, {.action = "X", .note = note, .warning = false, .identity = "1"}, "i", kNow);
  EXPECT_EQ(event.at("note"), note);
}

}  // namespace
}  // namespace guildhall::runtime
