// Who did what: from what users do through kubectl to Events and to the log, which nothing makes lose or double an
// entry.
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include "tests/integration/audit_fixture.hpp"

namespace guildhall::tests {
namespace {

using cluster::eventually;
using cluster::Observation;
using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class AuditTest : public AuditFixture {
 protected:
  void found(const std::string& organization) const {
    apply_organization(organization);
    apply_member(organization, "ada", "role: Admin");
    apply_member(organization, "bob", "role: Admin");
    apply_member(organization, "jane", "role: Viewer");
    wait_ready(organization, {"ada", "bob", "jane"});
  }
  static void set_role(const cluster::Kubectl& user, const std::string& organization, const std::string& role) {
    const auto changed = user({"patch", "member", "jane", "-n", organization, "--type=merge", "-p",
                               fmt::format(R"({{"spec":{{"role":"{}"}}}})", role)});
    ASSERT_EQ(changed.exit_code, 0) << changed.err;
  }
  [[nodiscard]] json events(const std::string& organization) const {
    return kubectl_.get({"events.events.k8s.io", "-n", organization})["items"];
  }
  /// How many entries of the Organization hasty begin like that, for each object.
  [[nodiscard]] std::map<std::string, int> by_object(const std::string& beginning) const {
    std::map<std::string, int> counts;
    for (const std::string& line : lines_of("hasty", beginning)) {
      const auto begin = line.find(' ') + 1;
      ++counts[line.substr(begin, line.find(' ', begin) - begin)];
    }
    return counts;
  }
  static inline const std::map<std::string, int> kOnceEach{
      {"Member/brief0", 1}, {"Member/brief1", 1}, {"Member/brief2", 1}, {"Member/brief3", 1}, {"Member/brief4", 1}};
  static std::string email(const std::string& organization, const std::string& name) {
    return name + "@" + organization + ".example";
  }
};

TEST_F(AuditTest, TellsThreeQuickChangesOfThreeUsersApart) {
  found("quick");
  set_role(member_user("quick", "ada"), "quick", "Editor");
  set_role(kubectl_, "quick", "Viewer");
  set_role(member_user("quick", "bob"), "quick", "Editor");
  ASSERT_TRUE(comes_to_hold("quick", "MemberRoleChanged Member/jane bob@quick.example spec.role:Viewer>Editor"));
  EXPECT_THAT(lines_of("quick", "MemberRoleChanged"),
              ElementsAre("MemberRoleChanged Member/jane ada@quick.example spec.role:Viewer>Editor",
                          "MemberRoleChanged Member/jane admin spec.role:Editor>Viewer",
                          "MemberRoleChanged Member/jane bob@quick.example spec.role:Viewer>Editor"));
  EXPECT_THAT(kubectl_({"describe", "member", "jane", "-n", "quick"}).out,
              HasSubstr("ada@quick.example: spec.role Viewer -> Editor"));
}

TEST_F(AuditTest, LosesNoChangeWhoseTellerIsKilled) {
  found("killed");
  const auto& ada = member_user("killed", "ada");
  const auto& bob = member_user("killed", "bob");
  set_role(ada, "killed", "Editor");
  set_role(bob, "killed", "Viewer");
  kill_operator();
  start_operator({"--leader-elect=false"});
  ASSERT_TRUE(comes_to_hold("killed", "MemberRoleChanged Member/jane bob@killed.example spec.role:Editor>Viewer"));
  EXPECT_THAT(lines_of("killed", "MemberRoleChanged"),
              ElementsAre("MemberRoleChanged Member/jane ada@killed.example spec.role:Viewer>Editor",
                          "MemberRoleChanged Member/jane bob@killed.example spec.role:Editor>Viewer"));
}

TEST_F(AuditTest, SaysWhoDeletedWhatAndWhoLeft) {
  found("parting");
  ASSERT_EQ(member_user("parting", "jane")({"delete", "member", "jane", "-n", "parting"}).exit_code, 0);
  ASSERT_EQ(member_user("parting", "ada")({"delete", "member", "bob", "-n", "parting"}).exit_code, 0);
  ASSERT_TRUE(eventually("both stand in the log", [&] {
    const auto left = lines_of("parting", "MemberLeft Member/jane jane@parting.example");
    const auto deleted = lines_of("parting", "MemberDeleted Member/bob ada@parting.example");
    return Observation{left.size() == 1 && deleted.size() == 1, fmt::format("{}", fmt::join(log("parting"), "\n"))};
  }));
  EXPECT_THAT(lines_of("parting", "MemberDeleted"), Contains(HasSubstr("spec.email:bob@parting.example>")));
}

// The API server asks the webhook again whenever the object changed meanwhile: here the operator writes its status.
TEST_F(AuditTest, SaysOnceThatWhatIsStillBeingMadeIsDeleted) {
  found("hasty");
  for (const std::string name : {"brief0", "brief1", "brief2", "brief3", "brief4"}) {
    apply_member("hasty", name, "role: Viewer");
    run({"delete", "member", name, "-n", "hasty", "--wait=false"});
  }
  ASSERT_TRUE(eventually("each is told once", [&] {
    const auto told = by_object("MemberDeleted");
    const auto made = by_object("MemberCreated Member/brief");
    return Observation{told == kOnceEach && made == kOnceEach, fmt::format("{}", fmt::join(log("hasty"), "\n"))};
  }));
  std::map<std::string, int> events_of;
  for (const json& event : events("hasty")) {
    if (text(event, "/reason") == "MemberDeleted") ++events_of["Member/" + text(event, "/regarding/name")];
  }
  EXPECT_EQ(events_of, kOnceEach);
}

// Webhooks answer, and nobody leads.
TEST_F(AuditTest, SaysWhatWasDoneToWhatIsGoneBeforeALeaderLooks) {
  found("headless");
  kill_operator();
  run({"delete", "lease", "guildhall-operator", "-n", "guildhall-system", "--ignore-not-found"});
  ASSERT_EQ(
      kubectl_
          .apply("{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: guildhall-operator, namespace: "
                 "guildhall-system}, spec: {holderIdentity: another, leaseDurationSeconds: 3600, renewTime: '" +
                 fmt::format("{:%Y-%m-%dT%H:%M:%S}.000000Z", fmt::gmtime(std::time(nullptr))) + "'}}")
          .exit_code,
      0);
  launch_operator();
  ASSERT_TRUE(eventually("the webhook answers", [&] {
    const auto tried =
        member_user("headless", "ada")({"patch", "member", "bob", "-n", "headless", "--type=merge", "-p",
                                        R"({"spec":{"displayName":"Bob"}})", "--dry-run=server", "-o", "json"});
    return Observation{tried.out.contains("none: dry run"), tried.out + tried.err};
  }));
  for (const auto* role : {"Editor", "Viewer"}) {
    ASSERT_EQ(member_user("headless", "ada")({"patch", "member", "bob", "-n", "headless", "--type=merge", "-p",
                                              fmt::format(R"({{"spec":{{"role":"{}"}}}})", role)})
                  .exit_code,
              0);
  }
  run({"delete", "member", "bob", "-n", "headless"});
  kill_operator();
  run({"delete", "lease", "guildhall-operator", "-n", "guildhall-system"});
  start_operator({"--leader-elect=false"});
  EXPECT_TRUE(comes_to_hold("headless", "MemberRoleChanged Member/bob ada@headless.example spec.role:Admin>Editor"));
  EXPECT_TRUE(comes_to_hold("headless", "MemberRoleChanged Member/bob ada@headless.example spec.role:Editor>Viewer"));
  EXPECT_TRUE(eventually("its deletion is told",
                         [&] { return Observation{lines_of("headless", "MemberDeleted").size() == 1, ""}; }));
}

TEST_F(AuditTest, TakesNothingThatItWasAskedAboutForUnattended) {
  found("watchful");
  edit("watchful", "bob", R"({"invitation":{}})");
  run({"patch", "organization", "watchful", "--type=merge", "-p", R"({"spec":{"roles":{}}})"});
  run({"patch", "organization", "watchful", "--type=merge", "-p", R"({"spec":{"apiKeys":{"maxKeys":5}}})"});
  run({"patch", "organization", "watchful", "--type=merge", "-p", R"({"spec":{"apiKeys":{"maxKeys":5.0}}})"});
  run({"patch", "member", "bob", "-n", "watchful", "--type=merge", "-p",
       R"({"metadata":{"finalizers":["example.com/hold"]}})"});
  run({"delete", "member", "bob", "-n", "watchful", "--wait=false"});
  edit("watchful", "bob", R"({"displayName":"Bob"})");
  edit("watchful", "bob", R"({"displayName":"Bobby"})");
  ASSERT_TRUE(comes_to_hold("watchful", "MemberUpdated Member/bob admin spec.displayName:Bob>Bobby"));
  run({"patch", "member", "bob", "-n", "watchful", "--type=merge", "-p", R"({"metadata":{"finalizers":null}})"});
  EXPECT_THAT(fmt::format("{}", fmt::join(log("watchful"), "\n")), Not(HasSubstr("Unattended")));
}

TEST_F(AuditTest, SaysWhoWasRefusedAndCountsWhatRepeats) {
  found("refused");
  ASSERT_EQ(member_user("refused", "ada")({"delete", "member", "bob", "-n", "refused"}).exit_code, 0);
  for (int i = 0; i < 3; ++i)
    EXPECT_NE(member_user("refused", "ada")({"delete", "member", "ada", "-n", "refused"}).exit_code, 0);
  EXPECT_NE(member_user("refused", "ada")({"delete", "member", "ada", "-n", "refused", "--dry-run=server"}).exit_code,
            0);
  ASSERT_TRUE(comes_to_hold("refused", "MemberRemovalRefused Member/ada ada@refused.example object:>deleted"));
  EXPECT_EQ(lines_of("refused", "MemberRemovalRefused").size(), 1U) << "what repeats is told once a minute";
}

TEST_F(AuditTest, MissesWhatWentWhileNobodyWasAsked) {
  found("missed");
  found("dropped");
  const auto keeps = [](const std::string& name) {
    return eventually("what stands is kept beside the log", [&] {
      const auto marks = cluster::run({.program = "/usr/bin/sqlite3",
                                       .arguments = {cluster::shared_control_plane().directory() / "store/records.db",
                                                     "select text from marks where name like 'standing/%'"},
                                       .environment = {}});
      return Observation{marks.out.contains(name), marks.out + marks.err};
    });
  };
  kill_operator();
  start_operator({"--leader-elect=false"});  // it looks at once
  const std::string jane = text(member("missed", "jane"), "/metadata/uid");
  ASSERT_TRUE(keeps(jane));
  // Comes and goes between two looks.
  apply_member("missed", "brief", "role: Viewer");
  ASSERT_TRUE(comes_to_hold("missed", "MemberAccepted Member/brief guildhall"));
  kill_operator();
  run({"delete", "member", "jane", "brief", "-n", "missed"});
  run({"delete", "organization", "dropped", "--wait=false"});
  start_operator({"--leader-elect=false"});
  EXPECT_TRUE(comes_to_hold("missed", "MemberDeletedUnattended Member/jane (unknown)"));
  EXPECT_TRUE(comes_to_hold("missed", "MemberDeletedUnattended Member/brief (unknown)"));
  EXPECT_TRUE(eventually("the Organization's deletion is told", [&] {
    const auto read = kubectl_({"get", "auditentries", "-A", "--field-selector", "object=Organization/dropped"});
    return Observation{read.out.contains("OrganizationDeletedUnattended"), read.out + read.err};
  }));
  EXPECT_EQ(lines_of("missed", "MemberDeletedUnattended").size(), 2U);
}

TEST_F(AuditTest, WritesEachEntryToStandardOutputToo) {
  const auto printed = [] {
    std::set<std::string> ids;
    std::istringstream lines(operator_->log());
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("{")) continue;
      const json entry = json::parse(line, nullptr, false);
      if (text(entry, "/kind") == "AuditEntry") ids.insert(text(entry, "/metadata/name"));
    }
    return ids;
  };
  start_operator({"--leader-elect=false", "--audit-sinks=stdout"});
  ASSERT_TRUE(eventually("it has begun", [&] {
    const auto marks = cluster::run({.program = "/usr/bin/sqlite3",
                                     .arguments = {cluster::shared_control_plane().directory() / "store/records.db",
                                                   "select text from marks where name = 'sink/stdout'"},
                                     .environment = {}});
    return Observation{!marks.out.empty(), marks.out + marks.err};
  }));
  found("printed");
  for (const char* role : {"Editor", "Viewer", "Editor"}) {
    set_role(member_user("printed", "ada"), "printed", role);
    kill_operator();
    start_operator({"--leader-elect=false", "--audit-sinks=stdout"});
  }
  ASSERT_TRUE(eventually("three changes are in the log", [&] {
    const auto lines = lines_of("printed", "MemberRoleChanged");
    return Observation{lines.size() == 3, fmt::format("{}", fmt::join(lines, "\n"))};
  }));
  const auto read = kubectl_({"get", "auditentries", "-n", "printed", "-o", "jsonpath={.items[*].metadata.name}"});
  std::istringstream names(read.out);
  const std::set<std::string> logged{std::istream_iterator<std::string>(names), {}};
  EXPECT_GE(logged.size(), 10U);
  EXPECT_TRUE(eventually("each stands on standard output", [&] {
    const auto ids = printed();
    return Observation{std::ranges::includes(ids, logged), fmt::format("{} of {}", ids.size(), logged.size())};
  }));
  start_operator({"--leader-elect=false"});
}

TEST_F(AuditTest, BelievesNoRecordThatAnEditorOfTheNamespaceMakesUp) {
  found("forged");
  run({"create", "rolebinding", "mallory", "-n", "forged", "--clusterrole=edit", "--user=mallory"});
  run({"create", "role", "events", "-n", "forged", "--verb=create,patch,update,delete,get,list",
       "--resource=events.events.k8s.io"});
  run({"create", "rolebinding", "events", "-n", "forged", "--role=events", "--user=mallory"});
  const auto& mallory = as("mallory");
  set_role(member_user("forged", "ada"), "forged", "Editor");
  ASSERT_TRUE(comes_to_hold("forged", "MemberRoleChanged Member/jane ada@forged.example spec.role:Viewer>Editor"));
  json copy;
  for (const json& event : events("forged")) {
    if (text(event, "/reason") == "MemberRoleChanged") copy = event;
  }
  ASSERT_TRUE(copy.is_object());
  const auto before = log("forged");
  const double forged = operator_->metric("guildhall_audit_events_forged_total").value_or(0);
  // As it is under another name, and changed under its own form.
  copy["metadata"] = {{"name", "jane.copy"}, {"namespace", "forged"}, {"annotations", copy["metadata"]["annotations"]}};
  EXPECT_EQ(mallory({"create", "-f", "-"}, copy.dump()).exit_code, 0);
  std::string entry = copy["metadata"]["annotations"]["guildhall.dev/entry"];
  entry.replace(entry.find("ada@forged"), 3, "bob");
  entry.replace(entry.find("\"id\":\"") + 6, 2, "zz");
  copy["metadata"]["annotations"]["guildhall.dev/entry"] = entry;
  copy["metadata"]["name"] = "jane.changed";
  EXPECT_EQ(mallory({"create", "-f", "-"}, copy.dump()).exit_code, 0);
  ASSERT_TRUE(eventually("both are counted", [&] {
    const double now = operator_->metric("guildhall_audit_events_forged_total").value_or(0);
    return Observation{now >= forged + 2, std::to_string(now)};
  }));
  EXPECT_EQ(log("forged"), before);
}

TEST_F(AuditTest, GoesOnWhileTheStoreDoesNotAndWritesDownAllOfIt) {
  found("blocked");
  namespace fs = std::filesystem;
  const fs::path store = fs::path(cluster::install_guildhall(cluster::shared_control_plane())).parent_path() / "store";
  ASSERT_TRUE(comes_to_hold("blocked", "MemberAccepted Member/jane guildhall"));
  kill_operator();
  fs::rename(store, store.string() + ".away");
  std::ofstream(store) << "in the way of a folder";
  start_operator({"--leader-elect=false"});
  set_role(member_user("blocked", "ada"), "blocked", "Editor");
  EXPECT_TRUE(becomes({"organization", "blocked"}, "AuditRecorded", "False/StoreUnavailable"));
  EXPECT_EQ(condition(kubectl_.get({"organization", "blocked"}), "Ready"), "True/Active");
  EXPECT_THAT(message(kubectl_.get({"organization", "blocked"}), "AuditRecorded"), HasSubstr("records.db"));
  fs::remove(store);
  fs::rename(store.string() + ".away", store);
  ASSERT_TRUE(comes_to_hold("blocked", "MemberRoleChanged Member/jane ada@blocked.example spec.role:Viewer>Editor"));
  EXPECT_TRUE(becomes({"organization", "blocked"}, "AuditRecorded", "True/Recorded"));
}

/// Changes by two users while the operator is killed again and again: each is told by one Event and one entry.
TEST_F(AuditTest, HasEachChangeOnceThroughAStormOfKills) {
  found("storm");
  const auto& ada = member_user("storm", "ada");
  const auto& bob = member_user("storm", "bob");
  std::vector<std::string> wanted;
  std::string role = "Viewer";
  for (int round = 0; round < 8; ++round) {
    for (const auto& [user, name] : {std::pair(&ada, "ada"), std::pair(&bob, "bob")}) {
      const std::string next = role == "Viewer" ? "Editor" : "Viewer";
      set_role(*user, "storm", next);
      wanted.push_back(
          fmt::format("MemberRoleChanged Member/jane {} spec.role:{}>{}", email("storm", name), role, next));
      role = next;
    }
    kill_operator();
    start_operator({"--leader-elect=false"});
  }
  ASSERT_TRUE(eventually("all stand in the log", [&] {
    const auto lines = lines_of("storm", "MemberRoleChanged");
    return Observation{lines.size() >= wanted.size(), fmt::format("{}", fmt::join(lines, "\n"))};
  }));
  EXPECT_THAT(lines_of("storm", "MemberRoleChanged"), testing::ElementsAreArray(wanted));
  std::map<std::string, int> told;
  for (const json& event : events("storm")) {
    if (text(event, "/reason") == "MemberRoleChanged")
      ++told[json::parse(text(event, "/metadata/annotations/guildhall.dev~1entry"))["id"]];
  }
  EXPECT_EQ(told.size(), wanted.size());
  for (const auto& [id, count] : told)
    EXPECT_EQ(count, 1) << id;
}

}  // namespace
}  // namespace guildhall::tests
