#include "operator/audit/audit_trail.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/unit/controllers/legible_seals.hpp"
#include "tests/unit/operator/runtime/fake_api.hpp"
#include "tests/unit/operator/runtime/fake_clock.hpp"
#include "tests/unit/operator/runtime/fake_metrics.hpp"

namespace guildhall::audit {
namespace {

using controllers::LegibleSeals;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const core::ResourceType kMembers{"guildhall.dev", "v1alpha1", "members", "Member", true};
const core::ResourceType kOrganizations{"guildhall.dev", "v1alpha1", "organizations", "Organization", false};
const Regarding kJane{kMembers, {"acme-home", "jane"}, "u-jane"};
const Regarding kAcme{kOrganizations, {"", "acme"}, "u-acme"};
constexpr const char* kEventsAtHome = "POST /apis/events.k8s.io/v1/namespaces/acme-home/events";
constexpr const char* kEventsOfOperator = "POST /apis/events.k8s.io/v1/namespaces/guildhall-system/events";

class AuditTrailTest : public ::testing::Test {
 protected:
  [[nodiscard]] core::AuditNote note(const std::string& identity = "1") const {
    return {.action = "MemberRoleChanged",
            .note = {},
            .identity = identity,
            .actor = {.email = {}, .user = "oidc:ada", .credential = "OIDC"},
            .source = core::AuditSource::Admission,
            .changes = {{"spec.role", "Viewer", "Editor"}},
            .at = clock_.now()};
  }
  core::Result<void> tell(const Regarding& regarding, const core::AuditNote& one) {
    return trail_.tell(regarding, one, {});
  }
  [[nodiscard]] std::optional<json> event(const std::string& ns, const Regarding& regarding,
                                          const std::string& identity = "1") const {
    return api_->find(core::types::events(), {ns, event_name(regarding.key.name, entry_id(regarding, identity))});
  }
  [[nodiscard]] std::optional<core::AuditEntry> entry_in(const std::optional<json>& event) const {
    return event ? sealed_entry(*parse_event_view(*event), seals_) : std::nullopt;
  }
  void answer_events_in(const std::string& ns, core::Result<kube::HttpResponse> answer) {
    api_->set_fault(
        [ns, answer](const kube::HttpRequest& request, int write) -> std::optional<core::Result<kube::HttpResponse>> {
          if (write == 0 || request.target.find("/" + ns + "/") == std::string::npos) return std::nullopt;
          return answer;
        });
  }

  std::shared_ptr<tests::FakeApi> api_ = std::make_shared<tests::FakeApi>();
  tests::FakeMetrics metrics_;
  tests::FakeWallClock clock_;
  LegibleSeals seals_;
  std::optional<core::AuditOrganization> organization_{{.name = "acme", .uid = "u-acme", .home = "acme-home"}};
  core::Timestamp made_ = *core::parse_timestamp("2026-11-24T09:00:00Z");
  std::set<std::string> told_;
  std::vector<core::AuditEntry> late_;
  kube::Client client_{api_, tests::one_attempt(), metrics_};
  AuditTrail trail_{{.client = client_,
                     .sealer = seals_,
                     .clock = clock_,
                     .metrics = metrics_,
                     .instance = "guildhall-0",
                     .ns = "guildhall-system",
                     .events_last = std::chrono::minutes{50},
                     .organization_of = [this](const Regarding&) { return organization_; },
                     .made_at = [this](const core::AuditOrganization&) { return made_; },
                     .email_of =
                         [](const core::AuditOrganization& of, const std::string& user) {
                           return user == "oidc:ada" && of.home == "acme-home" ? std::string("ada@acme.example")
                                                                               : std::string{};
                         },
                     .is_told = [this](const std::string& id) { return told_.contains(id); },
                     .log_late = [this](core::AuditEntry entry) { late_.push_back(std::move(entry)); }}};
};

TEST_F(AuditTrailTest, TellsByASealedEventBesideTheObject) {
  ASSERT_TRUE(tell(kJane, note()));
  const auto told = event("acme-home", kJane);
  const auto entry = entry_in(told);
  ASSERT_TRUE(entry);
  EXPECT_EQ(*entry, (core::AuditEntry{.id = entry_id(kJane, "1"),
                                      .time = clock_.now(),
                                      .organization = *organization_,
                                      .scope = core::AuditScope::Organization,
                                      .action = "MemberRoleChanged",
                                      .outcome = core::AuditOutcome::Success,
                                      .actor = {"ada@acme.example", "oidc:ada", "OIDC"},
                                      .source = core::AuditSource::Admission,
                                      .object = {"Member", "jane", "u-jane"},
                                      .changes = {{"spec.role", "Viewer", "Editor"}},
                                      .note = {}}));
  EXPECT_EQ(told->at("note"), "ada@acme.example: spec.role Viewer -> Editor");
  EXPECT_EQ(told->at("regarding").at("uid"), "u-jane");
  EXPECT_THAT(api_->writes(), ElementsAre(kEventsAtHome));
}

TEST_F(AuditTrailTest, QuotesNoToken) {
  const std::string token = "gld_0aZ9bY8c_" + std::string(49, 'k');
  core::AuditNote one = note();
  one.note = "refused: " + token;
  one.changes = {{"spec.displayName", token, "Bearer " + token}};
  ASSERT_TRUE(tell(kJane, one));
  const auto told = event("acme-home", kJane);
  EXPECT_THAT(told->dump(), Not(HasSubstr(token)));
  EXPECT_EQ(entry_in(told)->note, "refused: [token struck out]");
  EXPECT_EQ(entry_in(told)->changes.front().new_value, "Bearer [token struck out]");
}

TEST_F(AuditTrailTest, NamesItselfWhereNobodyElseDidIt) {
  core::AuditNote one = note();
  one.actor = {};
  ASSERT_TRUE(tell(kJane, one));
  EXPECT_EQ(entry_in(event("acme-home", kJane))->actor, (core::AuditActor{"", "guildhall", ""}));
}

TEST_F(AuditTrailTest, TellsOfAnOrganizationInItsHomeAndInDefaultWithoutTheEntry) {
  ASSERT_TRUE(tell(kAcme, note()));
  const auto at_home = event("acme-home", kAcme);
  ASSERT_TRUE(entry_in(at_home));
  EXPECT_EQ(at_home->at("regarding").at("namespace"), "acme-home") << "or the API server refuses it";
  const auto in_default = event("default", kAcme);
  ASSERT_TRUE(in_default);
  EXPECT_FALSE(entry_in(in_default));
  EXPECT_FALSE(in_default->at("regarding").contains("namespace")) << "or kubectl describe does not show it";
  EXPECT_FALSE(in_default->at("metadata").contains("annotations"));
  EXPECT_EQ(in_default->at("note"),
            "spec.role; kubectl get auditentries -n acme-home --field-selector object=Organization/acme")
      << "many may read there: neither who nor which values";
}

TEST_F(AuditTrailTest, TellsAgainWithoutWritingAnything) {
  ASSERT_TRUE(tell(kJane, note()));
  const auto before = api_->content();
  ASSERT_TRUE(tell(kJane, note()));
  EXPECT_EQ(api_->content(), before);
  EXPECT_EQ(metrics_.value(R"(guildhall_audit_entries_total{action="MemberRoleChanged"})"), 1);
}

TEST_F(AuditTrailTest, TellsUnderAnotherNameWhereSomebodyTookIt) {
  api_->put(core::types::events(), {"acme-home", event_name("jane", entry_id(kJane, "1"))},
            {{"metadata", {{"annotations", {{kEntryAnnotation, "{}"}, {kSealAnnotation, "mine"}}}}}});
  ASSERT_TRUE(tell(kJane, note()));
  ASSERT_TRUE(tell(kJane, note()));
  int sealed = 0;
  for (const auto& [path, object] : api_->content()) {
    const auto view = parse_event_view(object);
    if (view && sealed_entry(*view, seals_)) ++sealed;
  }
  EXPECT_EQ(sealed, 1);
  EXPECT_GE(metrics_.value("guildhall_audit_events_forged_total"), 1);
}

TEST_F(AuditTrailTest, TellsInTheOperatorsNamespaceWhereTheHomeTakesNone) {
  for (const auto& answer : {tests::refusal(403, "Forbidden", "acme-home is being terminated"),
                             tests::refusal(404, "NotFound", "no namespace")}) {
    api_ = std::make_shared<tests::FakeApi>();
    answer_events_in("acme-home", answer);
    kube::Client client(api_, tests::one_attempt(), metrics_);
    AuditTrail trail({.client = client,
                      .sealer = seals_,
                      .clock = clock_,
                      .metrics = metrics_,
                      .instance = "guildhall-0",
                      .ns = "guildhall-system",
                      .events_last = std::chrono::minutes{50},
                      .organization_of = [this](const Regarding&) { return organization_; },
                      .made_at = [this](const core::AuditOrganization&) { return made_; },
                      .email_of = [](const core::AuditOrganization&, const std::string&) { return std::string{}; },
                      .is_told = {},
                      .log_late = {}});
    ASSERT_TRUE(trail.tell(kJane, note(), {}));
    EXPECT_THAT(api_->writes(), ElementsAre(kEventsAtHome, kEventsOfOperator));
    const auto told = event("guildhall-system", kJane);
    ASSERT_TRUE(entry_in(told));
    EXPECT_EQ(told->at("regarding").at("namespace"), "guildhall-system") << "or the API server refuses it";
  }
}

TEST_F(AuditTrailTest, CountsWhatNobodyTakes) {
  api_->set_fault([](const kube::HttpRequest&, int) { return tests::refusal(403, "Forbidden", "no right"); });
  EXPECT_TRUE(tell(kJane, note())) << "what is done is done all the same";
  EXPECT_EQ(metrics_.value(R"(guildhall_audit_events_lost_total{reason="Forbidden"})"), 1);
}

TEST_F(AuditTrailTest, HandsBackWhatMayYetSucceed) {
  answer_events_in("acme-home", core::fail(core::ErrorKind::Unavailable, "connection lost"));
  EXPECT_FALSE(tell(kJane, note()));
  EXPECT_THAT(trail_.untold(kJane, {note()}), SizeIs(1));
  api_->set_fault({});
  EXPECT_TRUE(tell(kJane, note()));
  EXPECT_THAT(trail_.untold(kJane, {note()}), IsEmpty());
}

TEST_F(AuditTrailTest, LogsWithoutAnEventWhatIsNoNewsAnyMore) {
  core::AuditNote old = note();
  old.at = clock_.now() - std::chrono::hours{2};
  ASSERT_TRUE(tell(kJane, old));
  EXPECT_THAT(api_->writes(), IsEmpty());
  ASSERT_THAT(late_, SizeIs(1));
  EXPECT_EQ(late_.front().id, entry_id(kJane, "1"));
}

TEST_F(AuditTrailTest, KnowsWhatIsTold) {
  told_.insert(entry_id(kJane, "1"));
  EXPECT_THAT(trail_.untold(kJane, {note("1"), note("2")}), ElementsAre(note("2")));
}

TEST_F(AuditTrailTest, HasNothingToTellOfWhatAnotherNoteMakesVoid) {
  core::AuditNote lost = note("2");
  lost.unless_told = "1";
  EXPECT_THAT(trail_.untold(kJane, {lost}), ElementsAre(lost));
  told_.insert(entry_id(kJane, "1"));
  EXPECT_THAT(trail_.untold(kJane, {lost}), IsEmpty());
}

TEST_F(AuditTrailTest, HasNothingToTellOfWhatWasDoneBeforeTheOrganizationWasMade) {
  core::AuditNote one = note();
  one.source = core::AuditSource::Reconciler;
  one.actor = {};
  one.at = made_ - std::chrono::microseconds{1};
  EXPECT_THAT(trail_.untold(kJane, {one}), IsEmpty()) << "a former one's, or nobody's";
  one.at = made_;
  EXPECT_THAT(trail_.untold(kJane, {one}), ElementsAre(one));
  one.at = made_ - std::chrono::hours{1};
  one.actor.user = core::kUnknownUser;
  EXPECT_THAT(trail_.untold(kJane, {one}), ElementsAre(one)) << "of whom nobody was told";
  one.source = core::AuditSource::Admission;
  EXPECT_THAT(trail_.untold(kJane, {one}), ElementsAre(one)) << "a Member may be applied before its Organization";
}

TEST_F(AuditTrailTest, TellsOfWhatIsInNoOrganizationForPeopleOnly) {
  organization_.reset();
  EXPECT_THAT(trail_.untold(kJane, {note()}), IsEmpty()) << "whose log it belongs to may be known later";
  ASSERT_TRUE(tell(kJane, note()));
  const auto told = event("acme-home", kJane);
  ASSERT_TRUE(told);
  EXPECT_FALSE(entry_in(told));
}

}  // namespace
}  // namespace guildhall::audit
