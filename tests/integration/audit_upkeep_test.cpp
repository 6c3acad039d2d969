// The log over time, on a running operator: what is no longer kept, what may be missing, a volume without room, and
// another replica that takes over.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "tests/integration/audit_fixture.hpp"
#include "tests/unit/operator/store/private_volume.hpp"

namespace guildhall::tests {
namespace {

using cluster::eventually;
using cluster::Observation;
using nlohmann::json;
using testing::HasSubstr;

class AuditUpkeepTest : public AuditFixture {
 protected:
  static void restart(std::vector<std::string> flags = {}) {
    kill_operator();
    flags.emplace_back("--leader-elect=false");
    start_operator(std::move(flags));
  }
  static void restart_at(const std::filesystem::path& volume) {
    start_operator({"--leader-elect=false", "--store", (volume / "records.db").string()});
  }
  static std::filesystem::path store() {
    return std::filesystem::path(cluster::install_guildhall(cluster::shared_control_plane())).parent_path() /
           "store/records.db";
  }
  static std::string sql(const std::string& statement) {
    const auto ran =
        cluster::run({.program = "/usr/bin/sqlite3", .arguments = {store(), statement}, .environment = {}});
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    return ran.out;
  }
  void staff(const std::string& organization, const std::string& spec = "") const {
    apply_organization(organization, spec);
    apply_member(organization, "jane", "role: Viewer");
    wait_ready(organization, {"jane"});
    ASSERT_TRUE(comes_to_hold(organization, "MemberAccepted Member/jane guildhall"));
  }
  void set_role(const std::string& organization, const std::string& role) const {
    edit(organization, "jane", fmt::format(R"({{"role":"{}"}})", role));
  }
};

TEST_F(AuditUpkeepTest, RemovesWhatIsOlderThanTheOrganizationKeeps) {
  staff("brief", "audit: {retention: 1s}");
  staff("lasting");
  const auto kept = log("lasting").size();
  const std::string next_index = "select next_index from organizations where name = 'brief'";
  const std::string before = sql(next_index);
  restart();  // it looks at once, and then each hour
  EXPECT_TRUE(eventually("what is older is gone", [&] {
    const auto lines = log("brief");
    return Observation{lines.empty(), fmt::format("{}", fmt::join(lines, "\n"))};
  }));
  EXPECT_EQ(log("lasting").size(), kept);
  set_role("brief", "Editor");
  ASSERT_TRUE(comes_to_hold("brief", "MemberRoleChanged Member/jane admin spec.role:Viewer>Editor"));
  EXPECT_GT(std::stoi(sql(next_index)), std::stoi(before)) << "an index is never used twice";
  restart();
  EXPECT_TRUE(comes_to_hold("lasting", "MemberAccepted Member/jane guildhall"));
}

TEST_F(AuditUpkeepTest, KeepsLessAsSoonAsTheOrganizationSaysSo) {
  staff("shorter");
  const std::string uid = kubectl_.get({"organization", "shorter"})["metadata"]["uid"];
  const auto patched =
      kubectl_({"patch", "organization", "shorter", "--type=merge", "-p", R"({"spec":{"audit":{"retention":"1s"}}})"});
  ASSERT_EQ(patched.exit_code, 0) << patched.err;
  EXPECT_TRUE(eventually("what is older is gone", [&] {
    const auto lines = lines_of("shorter", "MemberAccepted");
    return Observation{lines.empty(), fmt::format("{}", fmt::join(lines, "\n"))};
  }));
  EXPECT_EQ(sql("select text from marks where name = 'retention/" + uid + "'"), "1s\n") << "for when it is gone";
}

// A volume that was not mounted, or another one: nobody would miss what is not there.
TEST_F(AuditUpkeepTest, SaysThatItBeganLaterThanTheOrganization) {
  staff("older");
  kill_operator();
  auto& control_plane = cluster::shared_control_plane();
  const auto elsewhere = control_plane.directory() / "elsewhere";
  operator_ = std::make_unique<cluster::OperatorProcess>(
      cluster::OperatorOptions{.kubeconfig = cluster::install_guildhall(control_plane),
                               .log = control_plane.directory() / "operator.log",
                               .flags = {"--leader-elect=false", "--store", (elsewhere / "records.db").string()},
                               .serve_port = serve_port(),
                               .ahead = std::chrono::hours(2)});
  operator_->wait_ready();
  EXPECT_TRUE(becomes({"organization", "older"}, "AuditRecorded", "False/EntriesMissing"));
  EXPECT_THAT(message(kubectl_.get({"organization", "older"}), "AuditRecorded"),
              HasSubstr("this log began later than the Organization"));
  EXPECT_EQ(operator_->metric("guildhall_audit_gaps_total").value_or(0), 1);
  EXPECT_TRUE(eventually("that stands in the log", [&] {
    const auto lines = lines_of("older", "OrganizationAuditGap Organization/older guildhall to:>");
    return Observation{lines.size() == 1, fmt::format("{}", fmt::join(lines, "\n"))};
  }));
  restart();
  EXPECT_TRUE(becomes({"organization", "older"}, "AuditRecorded", "True/Recorded")) << "the former is back";
}

TEST_F(AuditUpkeepTest, SaysWhatMayBeMissing) {
  staff("gapped");
  ASSERT_TRUE(eventually("it is noted how far the log is complete", [&] {
    return Observation{!sql("select text from marks where name = 'complete-until'").empty(), ""};
  }));
  kill_operator();
  auto& control_plane = cluster::shared_control_plane();
  operator_ = std::make_unique<cluster::OperatorProcess>(
      cluster::OperatorOptions{.kubeconfig = cluster::install_guildhall(control_plane),
                               .log = control_plane.directory() / "operator.log",
                               .flags = {"--leader-elect=false"},
                               .serve_port = serve_port(),
                               .ahead = std::chrono::hours(2)});
  operator_->wait_ready();
  EXPECT_TRUE(becomes({"organization", "gapped"}, "AuditRecorded", "False/EntriesMissing"));
  EXPECT_THAT(message(kubectl_.get({"organization", "gapped"}), "AuditRecorded"),
              HasSubstr("deletions and refused requests may be missing"));
  EXPECT_EQ(condition(kubectl_.get({"organization", "gapped"}), "Ready"), "True/Active");
  EXPECT_TRUE(eventually("the gap stands in the log", [&] {
    const auto lines = lines_of("gapped", "OrganizationAuditGap Organization/gapped guildhall from:>");
    return Observation{lines.size() == 1, fmt::format("{}", fmt::join(lines, "\n"))};
  }));
  restart();
  EXPECT_TRUE(becomes({"organization", "gapped"}, "AuditRecorded", "False/EntriesMissing")) << "for a day";
  EXPECT_TRUE(eventually("it is told once", [&] {
    const auto lines = lines_of("gapped", "OrganizationAuditGap");
    return Observation{lines.size() == 1, fmt::format("{}", fmt::join(lines, "\n"))};
  }));
}

TEST_F(AuditUpkeepTest, LosesNothingToAVolumeThatIsFull) {
  staff("crowded");
  store::PrivateVolume volume(40'000'000);
  restart({"--store", (volume.path() / "records.db").string()});
  set_role("crowded", "Editor");
  ASSERT_TRUE(comes_to_hold("crowded", "MemberRoleChanged Member/jane admin spec.role:Viewer>Editor"));
  volume.fill();
  std::string role = "Editor";
  const auto change_until = [&](const std::string& wanted) {
    return eventually("AuditRecorded is " + wanted, [&] {
      role = role == "Editor" ? "Viewer" : "Editor";
      set_role("crowded", role);
      const json object = kubectl_.get({"organization", "crowded"});
      return Observation{condition(object, "AuditRecorded") == wanted, object.dump(1)};
    });
  };
  ASSERT_TRUE(change_until("False/StoreUnavailable"));
  EXPECT_EQ(condition(kubectl_.get({"organization", "crowded"}), "Ready"), "True/Active") << "service goes on";
  volume.make_room();
  EXPECT_TRUE(becomes({"organization", "crowded"}, "AuditRecorded", "True/Recorded"));
  const auto generation =
      kubectl_.get({"member", "jane", "-n", "crowded"})["metadata"]["generation"].get<std::size_t>();
  EXPECT_TRUE(eventually("each change stands in the log", [&] {
    const auto lines = lines_of("crowded", "MemberRoleChanged");
    return Observation{lines.size() == generation - 1, fmt::format("{} of {}", lines.size(), generation - 1)};
  }));
  restart();
}

TEST_F(AuditUpkeepTest, NoticesThatItsFileWasExchanged) {
  staff("restored");
  const std::string copy = store().string() + ".copy";
  sql(".backup " + copy);
  const auto changed =
      cluster::run({.program = "/usr/bin/sqlite3",
                    .arguments = {copy,
                                  "update marks set text = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-5 minutes') where "
                                  "name = 'complete-until'"},
                    .environment = {}});
  ASSERT_EQ(changed.exit_code, 0) << changed.err;
  set_role("restored", "Editor");
  ASSERT_TRUE(comes_to_hold("restored", "MemberRoleChanged Member/jane admin spec.role:Viewer>Editor"));
  for (const char* part : {"", "-wal", "-shm"})
    std::filesystem::rename(store().string() + part, store().string() + ".former" + part);
  std::filesystem::rename(copy, store());
  ASSERT_TRUE(eventually("it is noticed", [] {
    const std::string said = operator_->log();
    return Observation{said.contains("the file of the audit log was exchanged"), said};
  }));
  EXPECT_TRUE(comes_to_hold("restored", "MemberRoleChanged Member/jane admin spec.role:Viewer>Editor"));
  EXPECT_EQ(lines_of("restored", "MemberRoleChanged").size(), 1U);
}

TEST_F(AuditUpkeepTest, GoesOnWhenAVolumeCanBeWrittenAgain) {
  staff("stuck");
  store::PrivateVolume volume(40'000'000);
  kill_operator();
  restart_at(volume.path());
  set_role("stuck", "Editor");
  ASSERT_TRUE(comes_to_hold("stuck", "MemberRoleChanged Member/jane admin spec.role:Viewer>Editor"));
  kill_operator();
  volume.make_read_only(true);
  restart_at(volume.path());
  set_role("stuck", "Viewer");
  EXPECT_TRUE(becomes({"organization", "stuck"}, "AuditRecorded", "False/StoreUnavailable"));
  volume.make_read_only(false);
  EXPECT_TRUE(becomes({"organization", "stuck"}, "AuditRecorded", "True/Recorded"));
  EXPECT_TRUE(comes_to_hold("stuck", "MemberRoleChanged Member/jane admin spec.role:Editor>Viewer"));
  restart();
}

TEST_F(AuditUpkeepTest, SaysThatItIsDamagedWhenAReaderFindsThat) {
  staff("torn");
  const std::string row = sql("select max(row) from entries");
  const std::string whole = sql("select hex(body) from entries where row = " + row);
  sql("update entries set body = '{}' where row = " + row);
  EXPECT_THAT(log("torn").front(), HasSubstr("the audit log is damaged"));
  EXPECT_TRUE(becomes({"organization", "torn"}, "AuditRecorded", "False/StoreUnavailable"));
  EXPECT_THAT(message(kubectl_.get({"organization", "torn"}), "AuditRecorded"),
              HasSubstr("the audit log is damaged: row " + row.substr(0, row.find('\n'))));
  EXPECT_EQ(condition(kubectl_.get({"organization", "torn"}), "Ready"), "True/Active") << "service goes on";
  sql("update entries set body = cast(x'" + whole.substr(0, whole.find('\n')) + "' as text) where row = " + row);
  restart();
  EXPECT_TRUE(eventually("it is no longer said", [&] {
    const json object = kubectl_.get({"organization", "torn"});
    return Observation{!condition(object, "AuditRecorded").ends_with("StoreUnavailable"), object.dump(1)};
  }));
  EXPECT_TRUE(comes_to_hold("torn", "MemberAccepted Member/jane guildhall"));
}

TEST_F(AuditUpkeepTest, IsReadFromEveryReplicaAndGoesOnWithTheNextLeader) {
  restart();
  kill_operator();
  launch_operator(
      {"--leader-elect-lease-duration=10s", "--leader-elect-renew-deadline=8s", "--leader-elect-retry-period=1s"});
  operator_->wait_ready();
  staff("shared");
  auto& control_plane = cluster::shared_control_plane();
  const auto port = cluster::lasting_port();
  auto second = std::make_unique<cluster::OperatorProcess>(
      cluster::OperatorOptions{.kubeconfig = cluster::install_guildhall(control_plane),
                               .log = control_plane.directory() / "second.log",
                               .flags = {"--leader-elect-lease-duration=10s", "--leader-elect-renew-deadline=8s",
                                         "--leader-elect-retry-period=1s"},
                               .serve_port = port});
  second->wait_ready();
  const auto proxy = control_plane.directory() / "pki/front-proxy";
  const auto read_second = [&] {
    return cluster::run({.program = "/usr/bin/curl",
                         .arguments = {"-sk", "--cert", proxy.string() + ".crt", "--key", proxy.string() + ".key", "-H",
                                       "X-Remote-User: admin", "-H", "X-Remote-Group: system:masters",
                                       fmt::format("https://localhost:{}/apis/records.guildhall.dev/v1alpha1/"
                                                   "namespaces/shared/auditentries",
                                                   port)},
                         .environment = {}})
        .out;
  };
  EXPECT_THAT(read_second(), HasSubstr("MemberAccepted")) << "what the first has written";
  set_role("shared", "Editor");
  EXPECT_TRUE(eventually("the second shows what the first writes", [&] {
    const std::string read = read_second();
    return Observation{read.contains("MemberRoleChanged"), read};
  }));
  kill_operator();
  set_role("shared", "Viewer");
  EXPECT_TRUE(eventually("the second writes, now that it leads", [&] {
    const std::string read = read_second();
    return Observation{read.contains(R"("old":"Editor","new":"Viewer")") || read.contains("ChangedUnattended"), read};
  }));
  second.reset();
  start_operator({"--leader-elect=false"});
}

}  // namespace
}  // namespace guildhall::tests
