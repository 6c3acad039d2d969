#include "operator/audit/audit_event.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/controllers/legible_seals.hpp"

namespace guildhall::audit {
namespace {

using controllers::LegibleSeals;
using nlohmann::json;

const LegibleSeals kSeals;
const core::ResourceType kApiKeys{"guildhall.dev", "v1alpha1", "apikeys", "ApiKey", true};
const core::ResourceType kOrganizations{"guildhall.dev", "v1alpha1", "organizations", "Organization", false};
const Regarding kGrafana{kApiKeys, {"acme", "grafana"}, "uid-1"};
const core::Timestamp kNow = *core::parse_timestamp("2026-11-24T10:00:00.000042Z");
const core::ObjectKey kPlace{"acme", "grafana.00ff"};

core::AuditEntry an_entry() {
  return {.id = "00ff",
          .time = kNow,
          .organization = {.name = "acme", .uid = "u-1", .home = "acme"},
          .action = "ApiKeyRotated",
          .actor = {},
          .object = {.kind = "ApiKey", .name = "grafana", .uid = "uid-1"},
          .changes = {},
          .note = {}};
}

/// As the watch brings the Event that carries the entry.
EventView sealed_event() {
  json event = audit_event(kPlace, kGrafana, {"ApiKeyRotated", "note", kNow}, {"i"});
  EXPECT_TRUE(seal_entry(event, an_entry(), kSeals));
  return *parse_event_view(event);
}

TEST(AuditEvent, IsAnEventOfTheNewApiAboutTheObject) {
  const json wanted = {{"apiVersion", "events.k8s.io/v1"},
                       {"kind", "Event"},
                       {"metadata", {{"name", "grafana.00ff"}, {"namespace", "acme"}}},
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
  EXPECT_EQ(audit_event(kPlace, kGrafana, {"ApiKeyRotated", "the key has a new token", kNow}, {"guildhall-0"}), wanted);
}

TEST(AuditEvent, AboutAClusterScopedObjectNamesNoNamespace) {
  const Regarding acme{kOrganizations, {"", "acme"}, ""};
  const auto event = audit_event({"default", "x"}, acme, {"OrganizationSuspended", "", kNow}, {"i"});
  EXPECT_EQ(event.at("metadata").at("namespace"), "default");
  EXPECT_FALSE(event.at("regarding").contains("namespace"));
  EXPECT_FALSE(event.at("regarding").contains("uid"));
  EXPECT_EQ(event.at("type"), "Warning");
}

TEST(EntryId, IsTheSameForTheSameOccurrenceAndAnotherForAnother) {
  const std::string id = entry_id(kGrafana, "abc");
  EXPECT_EQ(id.size(), 32U);
  EXPECT_EQ(id, entry_id(kGrafana, "abc"));
  EXPECT_NE(id, entry_id(kGrafana, "abd"));
  EXPECT_NE(id, entry_id({kOrganizations, {"acme", "grafana"}, "uid-1"}, "abc"));
  EXPECT_NE(id, entry_id({kApiKeys, {"globex", "grafana"}, "uid-1"}, "abc"));
}

TEST(EventName, IsThatOfTheObjectAndTheId) {
  EXPECT_EQ(event_name("grafana", "00ff"), "grafana.00ff");
}

TEST(EventName, OfALongOneIsCutToWhatAnObjectMayHave) {
  const std::string id(32, 'f');
  const std::string name = event_name(std::string(219, 'a') + "." + std::string(33, 'b'), id);
  EXPECT_LE(name.size(), 253U);
  EXPECT_EQ(name, std::string(219, 'a') + "." + id) << "no empty label between two dots";
}

TEST(AuditEvent, ALongNoteIsCutBetweenTwoCharacters) {
  std::string note(1023, 'a');
  note += "\u00e9 and more";
  const auto event = audit_event(kPlace, kGrafana, {"ApiKeyRotated", note, kNow}, {"i"});
  EXPECT_EQ(event.at("note"), std::string(1023, 'a'));
}

TEST(AuditEvent, ANoteOfExactlyTheLimitIsWhole) {
  const std::string note = std::string(1022, 'a') + "\u00e9";
  EXPECT_EQ(audit_event(kPlace, kGrafana, {"ApiKeyRotated", note, kNow}, {"i"}).at("note"), note);
}

TEST(SealedEntry, IsReadBackFromItsEvent) {
  const auto entry = sealed_entry(sealed_event(), kSeals);
  ASSERT_TRUE(entry);
  EXPECT_EQ(*entry, an_entry());
  EXPECT_FALSE(is_forged(sealed_event(), kSeals));
}

TEST(SealedEntry, IsNoneInALookAlike) {
  const auto is_look_alike = [](const auto& change) {
    EventView event = sealed_event();
    change(event);
    return !sealed_entry(event, kSeals) && is_forged(event, kSeals);
  };
  EXPECT_TRUE(is_look_alike([](EventView& e) { e.key.name = "grafana.00fe"; })) << "a copy of another name";
  EXPECT_TRUE(is_look_alike([](EventView& e) { e.key.ns = "globex"; })) << "a copy in another namespace";
  EXPECT_TRUE(is_look_alike([](EventView& e) { e.seal.clear(); }));
  EXPECT_TRUE(is_look_alike([](EventView& e) { e.entry.clear(); }));
  EXPECT_TRUE(is_look_alike([](EventView& e) { e.entry.replace(e.entry.find("Rotated"), 7, "Revoked"); }));
}

TEST(SealedEntry, ByAKeyThatIsNotKeptProvesNothing) {
  EventView event = sealed_event();
  event.seal = "k2:x";
  EXPECT_FALSE(sealed_entry(event, kSeals));
  EXPECT_FALSE(is_forged(event, kSeals));
}

TEST(SealedEntry, IsNoneInAnEventForPeople) {
  const EventView event = *parse_event_view(audit_event(kPlace, kGrafana, {"ApiKeyRotated", "note", kNow}, {"i"}));
  EXPECT_FALSE(sealed_entry(event, kSeals));
  EXPECT_FALSE(is_forged(event, kSeals));
}

}  // namespace
}  // namespace guildhall::audit
