// kubectl guildhall audit: the log as people read, export and follow it; and signup.
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/integration/plugin_fixture.hpp"

namespace guildhall::tests {
namespace {

namespace fs = std::filesystem;
using cluster::eventually;
using cluster::Observation;
using nlohmann::json;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    lines.push_back(std::move(line));
  return lines;
}

class PluginAuditTest : public PluginFixture {
 protected:
  /// ada makes ed a Viewer and then an Editor again; both stand in the log when this returns.
  void apply_company_with_log(const std::string& organization) const {
    apply_company(organization);
    set_role(organization, "ed", "Viewer");
    set_role(organization, "ed", "Editor");
    ASSERT_TRUE(comes_to_hold(organization, 2));
  }
  static void set_role(const std::string& organization, const std::string& name, const std::string& role) {
    const auto changed = guildhall(member_user(organization, "ada"), {"members", "role", name, role}, organization);
    ASSERT_EQ(changed.exit_code, 0) << changed;
  }
  /// So many changes of a role.
  [[nodiscard]] static testing::AssertionResult comes_to_hold(const std::string& organization, std::size_t changes) {
    return eventually("the changes of roles stand in the log", [&] {
      const auto listed = list_of(organization, {"--action", "MemberRoleChanged", "-o", "name"});
      return Observation{lines_of(listed.out).size() == changes, listed.out + listed.err};
    });
  }
  static cluster::Output list_of(const std::string& organization, Words flags) {
    flags.insert(flags.begin(), {"audit", "list"});
    return guildhall(member_user(organization, "ada"), std::move(flags), organization);
  }
  /// A folder of this test, that is empty.
  static fs::path folder() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    const fs::path path = cluster::shared_control_plane().directory() / test->name();
    fs::remove_all(path);
    fs::create_directories(path);
    return path;
  }
  static std::size_t files_in(const fs::path& path) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), {}));
  }
};

TEST_F(PluginAuditTest, ListsTheNewestFirstWithWhoDidWhat) {
  apply_company_with_log("listlog");
  const auto table = list_of("listlog", {"--action", "MemberRoleChanged"});
  EXPECT_EQ(table.exit_code, 0) << table;
  EXPECT_THAT(table.err, IsEmpty());
  const auto lines = lines_of(table.out);
  ASSERT_EQ(lines.size(), 3U) << table;
  EXPECT_THAT(lines[0], AllOf(StartsWith("TIME "), EndsWith("   OUTCOME")));
  EXPECT_THAT(lines[1], HasSubstr("ada@listlog.example   MemberRoleChanged   Member/ed   spec.role: Viewer -> Editor"));
  EXPECT_THAT(lines[2], HasSubstr("spec.role: Editor -> Viewer   Success"));
  const auto wide = list_of("listlog", {"--action=MemberRoleChanged", "--format=wide", "--no-headers"});
  EXPECT_THAT(wide.out, AllOf(HasSubstr("ClientCertificate   Admission   Organization"), Not(HasSubstr("TIME"))));
  const json list = json::parse(list_of("listlog", {"--format", "json", "--action", "MemberRoleChanged"}).out);
  EXPECT_EQ(list.at("items").at(0).at("kind"), "AuditEntry");
  EXPECT_THAT(list_of("listlog", {"-o", "yaml"}).out, StartsWith("apiVersion: v1\nitems:\n"));
  EXPECT_THAT(list_of("listlog", {"-o", "name"}).out, StartsWith("auditentry.records.guildhall.dev/"));
}

TEST_F(PluginAuditTest, ListsWhatIsSelected) {
  apply_company_with_log("selected");
  const std::pair<Words, std::size_t> selections[] = {
      {{"--email", "Ada@selected.example"}, 2},
      {{"--object", "Member/ed", "--action", "MemberRoleChanged"}, 2},
      {{"--query", "ADA@SELECTED", "--action", "MemberRoleChanged"}, 2},
      {{"--from", "1h", "--outcome", "Success", "--scope", "Organization", "--action", "MemberRoleChanged"}, 2},
      {{"--to", "1h"}, 0},
      {{"--query", R"(a,b=c\d)"}, 0},
      {{"--outcome", "Refused"}, 0}};
  for (const auto& [flags, count] : selections) {
    Words words = flags;
    words.insert(words.end(), {"-o", "name"});
    const auto listed = list_of("selected", words);
    EXPECT_EQ(listed.exit_code, 0) << listed;
    EXPECT_EQ(lines_of(listed.out).size(), count) << fmt::format("{}", fmt::join(flags, " ")) << listed;
  }
  const auto none = list_of("selected", {"--to", "1h"});
  EXPECT_EQ(none.exit_code, 0);
  EXPECT_EQ(none.out + none.err, "No entries found in selected namespace.\n");
  const auto one = list_of("selected", {"--limit", "1", "--action", "MemberRoleChanged", "-o", "name"});
  EXPECT_EQ(lines_of(one.out).size(), 1U);
  EXPECT_THAT(one.err, StartsWith("There are more: --limit N"));
  const auto all = list_of("selected", {"--limit=0", "-o", "name"});
  EXPECT_GT(lines_of(all.out).size(), 4U);
  EXPECT_THAT(all.err, IsEmpty());
}

TEST_F(PluginAuditTest, SaysWhatASelectorMayBe) {
  apply_company("badly");
  const auto action = list_of("badly", {"--action", "Nonsense"});
  EXPECT_EQ(action.exit_code, 1);
  EXPECT_THAT(action.err, StartsWith("Error from server (BadRequest): there is no action 'Nonsense'; there are "));
  EXPECT_THAT(action.err, HasSubstr("MemberRoleChanged"));
  const auto time = guildhall(member_user("badly", "ada"), {"audit", "export", "--from", ""}, "badly");
  EXPECT_EQ(time.exit_code, 1);
  EXPECT_THAT(time.out, IsEmpty());
  EXPECT_THAT(time.err, StartsWith("Error from server (BadRequest): from: '' is no time: write 2026-"));
}

TEST_F(PluginAuditTest, IsForAdminsAndEditors) {
  apply_company("confined");
  for (const char* what : {"list", "export", "tail"}) {
    const auto refused = guildhall(member_user("confined", "vi"), {"audit", what}, "confined");
    EXPECT_EQ(refused.exit_code, 1) << what;
    EXPECT_THAT(refused.out, IsEmpty()) << what;
    EXPECT_THAT(refused.err, AllOf(StartsWith("Error from server (Forbidden): "),
                                   HasSubstr("The log is for the organization's Admins and Editors.")))
        << what;
  }
  EXPECT_EQ(guildhall(member_user("confined", "ed"), {"audit", "list"}, "confined").exit_code, 0);
  const auto everywhere = guildhall(member_user("confined", "ada"), {"audit", "list", "-A"});
  EXPECT_THAT(everywhere.err, HasSubstr("Only platform teams read the logs of all organizations."));
  EXPECT_THAT(guildhall(kubectl_, {"audit", "list", "-A", "--limit=0"}).out,
              AllOf(StartsWith("NAMESPACE "), HasSubstr("\nconfined ")));
}

TEST_F(PluginAuditTest, ExportsToStandardOutput) {
  apply_company_with_log("exported");
  const auto& ada = member_user("exported", "ada");
  const auto csv = guildhall(ada, {"audit", "export", "--action", "MemberRoleChanged"}, "exported");
  EXPECT_EQ(csv.exit_code, 0) << csv;
  EXPECT_THAT(csv.out, StartsWith("time,email,action,scope,outcome,object,changes,user,source,id,index\r\n"));
  EXPECT_THAT(csv.out, AllOf(HasSubstr("spec.role: Viewer -> Editor"), EndsWith("\r\n")));
  EXPECT_EQ(lines_of(csv.out).size(), 3U);
  EXPECT_EQ(csv.err, "2 entries written\n");
  const auto lines = guildhall(ada, {"audit", "export", "--format=jsonl", "--action=MemberRoleChanged"}, "exported");
  ASSERT_EQ(lines_of(lines.out).size(), 2U) << lines;
  for (const auto& line : lines_of(lines.out))
    EXPECT_EQ(json::parse(line).at("action"), "MemberRoleChanged");
  EXPECT_EQ(lines.err, "2 entries written\n");
}

TEST_F(PluginAuditTest, ExportsToAFileThatOnlyItsOwnerReads) {
  apply_company_with_log("filed");
  const auto& ada = member_user("filed", "ada");
  const fs::path home = folder();
  const fs::path file = home / "log.csv";
  std::ofstream(file) << "an earlier export";
  fs::permissions(file, fs::perms::all);
  fs::create_symlink(file, home / "link.csv");
  const auto filed = guildhall(ada, {"audit", "export", "--to", "0s", "--file", home / "link.csv"}, "filed");
  EXPECT_EQ(filed.exit_code, 0) << filed;
  EXPECT_THAT(filed.out, IsEmpty());
  EXPECT_TRUE(fs::is_symlink(home / "link.csv"));
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  const auto lines = lines_of(content_of(file));
  ASSERT_GT(lines.size(), 2U);
  EXPECT_EQ(filed.err, fmt::format("{} entries written to {}\n", lines.size() - 1, (home / "link.csv").string()));
  EXPECT_EQ(files_in(home), 2U);
}

TEST_F(PluginAuditTest, ExportsNothingWhereItCannotOrMayNot) {
  apply_company("nowhere");
  const fs::path home = folder();
  const fs::path file = home / "log.csv";
  std::ofstream(file) << "an earlier export";
  const auto refused = guildhall(member_user("nowhere", "vi"), {"audit", "export", "--file", file}, "nowhere");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, StartsWith("Error from server (Forbidden): "));
  EXPECT_EQ(content_of(file), "an earlier export");
  EXPECT_EQ(files_in(home), 1U);
  const std::pair<std::string, const char*> places[] = {{home / "none" / "log.csv", "No such file or directory"},
                                                        {home, "is no plain file"},
                                                        {"/dev/null", "is no plain file"}};
  for (const auto& [place, why] : places) {
    const auto failed = guildhall(member_user("nowhere", "ada"), {"audit", "export", "--file", place}, "nowhere");
    EXPECT_EQ(failed.exit_code, 1) << place;
    EXPECT_THAT(failed.err, AllOf(StartsWith("error: " + place + ": "), HasSubstr(why)));
  }
}

TEST_F(PluginAuditTest, AnExportToAFullDiskIsAFailure) {
  apply_company("fulldisk");
  auto whole = command(member_user("fulldisk", "ada"), {"audit", "export"}, "fulldisk");
  whole.arguments.insert(whole.arguments.begin(), {"-c", R"(exec "$0" "$@" > /dev/full)", whole.program.string()});
  whole.program = "/bin/sh";
  const auto lost = cluster::run(whole);
  EXPECT_EQ(lost.exit_code, 1);
  EXPECT_EQ(lost.err, "error: write /dev/stdout: No space left on device\n");
}

TEST_F(PluginAuditTest, TailShowsWhatComesUntilItIsEnded) {
  apply_company_with_log("tailed");
  const fs::path log = folder() / "tail.log";
  cluster::ChildProcess tail(
      command(member_user("tailed", "ada"), {"audit", "tail", "--limit=1", "--action=MemberRoleChanged"}, "tailed"),
      log);
  ASSERT_TRUE(eventually("the newest is shown", [&] {
    return Observation{content_of(log).find("Viewer -> Editor") != std::string::npos, content_of(log)};
  }));
  set_role("tailed", "ed", "Admin");
  ASSERT_TRUE(eventually("what came is shown", [&] {
    return Observation{content_of(log).find("Editor -> Admin") != std::string::npos, content_of(log)};
  }));
  tail.signal(SIGTERM);
  EXPECT_EQ(tail.wait(std::chrono::seconds(60)), 0);
  const auto lines = lines_of(content_of(log));
  ASSERT_EQ(lines.size(), 2U) << content_of(log);
  EXPECT_THAT(lines[0], EndsWith("  ada@tailed.example  MemberRoleChanged  Member/ed  Success  spec.role: Viewer -> "
                                 "Editor"));
  EXPECT_THAT(lines[1], EndsWith("  Member/ed  Success  spec.role: Editor -> Admin"));
}

TEST_F(PluginAuditTest, TailOutlivesTheOperator) {
  apply_company_with_log("outlived");
  const fs::path log = folder() / "tail.log";
  cluster::ChildProcess tail(
      command(member_user("outlived", "ada"), {"audit", "tail", "--action=MemberRoleChanged"}, "outlived"), log);
  ASSERT_TRUE(eventually("what stands is shown", [&] {
    return Observation{content_of(log).find("Viewer -> Editor") != std::string::npos, content_of(log)};
  }));
  kill_operator();
  ASSERT_TRUE(eventually("the loss is told", [&] {
    return Observation{content_of(log).find("; trying again until it works\n") != std::string::npos, content_of(log)};
  }));
  start_operator(flags());
  set_role("outlived", "ed", "Admin");
  ASSERT_TRUE(eventually("what came is shown", [&] {
    return Observation{content_of(log).find("Editor -> Admin") != std::string::npos, content_of(log)};
  }));
  tail.signal(SIGINT);
  EXPECT_EQ(tail.wait(std::chrono::seconds(60)), 0);
  EXPECT_EQ(lines_of(content_of(log)).size(), 4U) << content_of(log);
}

TEST_F(PluginAuditTest, TailEndsWhenNobodyReadsIt) {
  apply_company_with_log("unread");
  auto whole = command(member_user("unread", "ada"), {"audit", "tail", "--format", "jsonl"}, "unread");
  whole.arguments.insert(whole.arguments.begin(),
                         {"-c", R"({ "$0" "$@"; echo "exit code $?" >&2; } | head -n 1)", whole.program.string()});
  whole.program = "/bin/sh";
  const auto piped = cluster::run(whole);
  EXPECT_EQ(json::parse(piped.out).at("kind"), "AuditEntry");
  EXPECT_EQ(piped.err, "exit code 0\n");
}

TEST_F(PluginAuditTest, SigningUpNeedsAnEmail) {
  const auto nameless = guildhall(kubectl_, {"signup", "newcomer"});
  EXPECT_EQ(nameless.exit_code, 2);
  EXPECT_EQ(nameless.err,
            "error: the API server knows you as admin, which is no e-mail address; give yours: --email EMAIL\n");
  const auto shown = guildhall(as("nina@newcomer.example"), {"signup", "newcomer", "--dry-run=client", "-o", "json"});
  EXPECT_EQ(json::parse(shown.out).at("spec").at("email"), "nina@newcomer.example");
  EXPECT_EQ(guildhall(kubectl_, {"signup", "newcomer", "--email=n@newcomer.example", "--dry-run=client"}).out,
            "signup.records.guildhall.dev/newcomer created (dry run)\n");
}

}  // namespace
}  // namespace guildhall::tests
