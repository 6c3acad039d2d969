#include "operator/plugin/arguments.hpp"

#include <gmock/gmock.h>

namespace guildhall::plugin {
namespace {

using testing::HasSubstr;
using Words = std::vector<std::string>;

Invocation parsed(const Words& words) {
  auto result = parse_arguments(words);
  if (const auto* message = std::get_if<Message>(&result)) {
    ADD_FAILURE() << message->text;
    return {};
  }
  return std::get<Invocation>(result);
}

template <class T>
T command(const Words& words) {
  const Invocation invocation = parsed(words);
  const T* found = std::get_if<T>(&invocation.command);
  EXPECT_NE(found, nullptr);
  return found == nullptr ? T{} : *found;
}

Message refused(const Words& words) {
  const auto result = parse_arguments(words);
  const auto* message = std::get_if<Message>(&result);
  return message == nullptr ? Message{"not refused", -1} : *message;
}

TEST(ArgumentsTest, FlagsOfKubectlMayStandAnywhereAfterTheName) {
  for (const Words& words : {Words{"-n", "acme", "--context=c", "members", "list", "-o", "wide"},
                             Words{"members", "-n", "acme", "list", "--context", "c", "-o", "wide"},
                             Words{"members", "list", "-o=wide", "--namespace=acme", "--context", "c"}}) {
    const Invocation invocation = parsed(words);
    EXPECT_EQ(invocation.connection.ns, "acme");
    EXPECT_EQ(invocation.connection.context, "c");
    EXPECT_EQ(invocation.output, Output::Wide);
    EXPECT_TRUE(std::holds_alternative<ListMembers>(invocation.command));
  }
}

TEST(ArgumentsTest, ReadsTheConnection) {
  const Connection connection = parsed({"whoami", "--kubeconfig", "/k", "--cluster", "c", "--user", "u", "--as", "jane",
                                        "--as-group", "g", "--request-timeout", "2m"})
                                    .connection;
  EXPECT_EQ(connection.kubeconfig, "/k");
  EXPECT_EQ(connection.cluster, "c");
  EXPECT_EQ(connection.user, "u");
  EXPECT_EQ(connection.as, "jane");
  EXPECT_EQ(connection.as_group, "g");
  EXPECT_EQ(connection.request_timeout, std::chrono::minutes(2));
  EXPECT_EQ(parsed({"whoami", "--request-timeout=0"}).connection.request_timeout, std::chrono::hours(24));
}

TEST(ArgumentsTest, TimesAreThoseOfKubectl) {
  const std::pair<const char*, std::chrono::milliseconds> times[] = {
      {"2", std::chrono::seconds(2)}, {"1500ms", std::chrono::milliseconds(1500)}, {"1m30s", std::chrono::seconds(90)}};
  for (const auto& [text, time] : times) {
    EXPECT_EQ(parsed({"whoami", "--request-timeout", text}).connection.request_timeout, time);
    EXPECT_EQ(command<InviteMember>({"members", "invite", "a@b", "--role=Viewer", std::string("--wait=") + text}).wait,
              time);
  }
}

TEST(ArgumentsTest, ReadsAList) {
  const auto list =
      command<ListMembers>({"member", "ls", "-A", "--role", "Admin", "--phase", "Active", "--email", "e"});
  EXPECT_TRUE(list.all_namespaces);
  EXPECT_EQ(list.role + list.phase + list.email, "AdminActivee");
  EXPECT_TRUE(parsed({"members", "list", "--no-headers"}).no_headers);
}

TEST(ArgumentsTest, ReadsAnInvitation) {
  const auto plain = command<InviteMember>({"members", "invite", "jane@acme.example", "--role=Editor"});
  EXPECT_EQ(plain.email, "jane@acme.example");
  EXPECT_EQ(plain.delivery, "Email");
  EXPECT_FALSE(plain.wait);
  EXPECT_EQ(plain.dry_run, DryRun::None);
  const auto all = command<InviteMember>({"members", "invite", "--role", "Viewer", "--wait", "jane@acme.example",
                                          "--name", "jd", "--display-name", "J D", "--delivery", "Link"});
  EXPECT_EQ(all.email, "jane@acme.example");
  EXPECT_EQ(all.name + all.display_name + all.delivery, "jdJ DLink");
  EXPECT_EQ(all.wait, std::chrono::seconds(60));
  EXPECT_EQ(command<InviteMember>({"members", "invite", "a@b", "--role=Viewer", "--wait=5s"}).wait,
            std::chrono::seconds(5));
  EXPECT_EQ(command<InviteMember>({"members", "invite", "a@b", "--role=Viewer", "--dry-run"}).dry_run, DryRun::Client);
  EXPECT_EQ(command<InviteMember>({"members", "invite", "a@b", "--role=Viewer", "--dry-run=server"}).dry_run,
            DryRun::Server);
}

TEST(ArgumentsTest, ShowingALinkWaitsForIt) {
  const auto shown =
      command<InviteMember>({"members", "invite", "a@b", "--role=Viewer", "--delivery=Link", "--show-link"});
  EXPECT_TRUE(shown.show_link);
  EXPECT_EQ(shown.wait, std::chrono::seconds(60));
}

TEST(ArgumentsTest, ReadsChangesAndRemovals) {
  EXPECT_EQ(command<SetState>({"members", "activate", "jane"}).state, "Active");
  EXPECT_EQ(command<SetState>({"members", "deactivate", "jane"}).state, "Inactive");
  EXPECT_EQ(command<SetRole>({"members", "role", "jane@acme.example", "Admin"}).target, "jane@acme.example");
  EXPECT_EQ(command<SetRole>({"members", "role", "jane", "Admin"}).role, "Admin");
  EXPECT_EQ(command<ResendInvitation>({"members", "resend", "jane"}).target, "jane");
  EXPECT_FALSE(command<ResendInvitation>({"members", "resend", "jane"}).wait);
  EXPECT_EQ(command<ResendInvitation>({"members", "resend", "jane", "--wait"}).wait, std::chrono::seconds(60));
  EXPECT_FALSE(command<DeleteMember>({"members", "delete", "jane"}).yes);
  EXPECT_TRUE(command<DeleteMember>({"members", "delete", "jane", "--yes"}).yes);
  EXPECT_EQ(command<Leave>({"members", "leave"}).name, "");
  EXPECT_EQ(command<Leave>({"members", "leave", "jane", "-y"}).name, "jane");
}

TEST(ArgumentsTest, ReadsWhichEntriesAreMeant) {
  const auto list = command<ListAudit>({"audit", "ls", "-A", "--action=MemberLeft", "--email", "a@b", "--outcome",
                                        "Refused", "--scope", "Deployment", "--object", "Member/jane", "--from", "7d",
                                        "--to=1d", "--query", "two words", "--limit", "0"});
  EXPECT_TRUE(list.all_namespaces);
  EXPECT_EQ(list.limit, 0);
  const AuditSelection& selection = list.selection;
  EXPECT_EQ(*selection.action + *selection.email + *selection.outcome + *selection.scope,
            "MemberLefta@bRefusedDeployment");
  EXPECT_EQ(*selection.object + *selection.from + *selection.to + *selection.query, "Member/jane7d1dtwo words");
}

TEST(ArgumentsTest, EntriesThatAreNotSelectedAreAll) {
  const auto list = command<ListAudit>({"audit", "list"});
  EXPECT_FALSE(list.selection.email);
  EXPECT_EQ(list.limit, 50);
  EXPECT_EQ(command<ListAudit>({"audit", "list", "--email", ""}).selection.email, "");
}

TEST(ArgumentsTest, FormatsAreSaidInOneWay) {
  EXPECT_EQ(parsed({"audit", "list", "--format", "json"}).output, Output::Json);
  EXPECT_EQ(parsed({"audit", "list", "-o=wide"}).output, Output::Wide);
  for (const char* flag : {"--format=jsonl", "--output=jsonl", "-o=jsonl"}) {
    EXPECT_EQ(command<ExportAudit>({"audit", "export", flag}).format, ExportFormat::JsonLines);
    EXPECT_EQ(command<TailAudit>({"audit", "tail", flag}).format, TailFormat::JsonLines);
  }
  EXPECT_EQ(command<ExportAudit>({"audit", "export"}).format, ExportFormat::Csv);
  EXPECT_EQ(command<TailAudit>({"audit", "tail"}).limit, 10);
}

TEST(ArgumentsTest, AnExportGoesToAFileOrToStandardOutput) {
  EXPECT_EQ(command<ExportAudit>({"audit", "export", "--file", "a.csv"}).file, "a.csv");
  EXPECT_EQ(command<ExportAudit>({"audit", "export", "--file", "-"}).file, "");
  EXPECT_EQ(command<ExportAudit>({"audit", "export"}).file, "");
}

TEST(ArgumentsTest, ReadsASignup) {
  const auto plain = command<SignUp>({"signup", "acme"});
  EXPECT_EQ(plain.organization + plain.email + plain.display_name, "acme");
  const auto all =
      command<SignUp>({"signup", "acme", "--email=a@b.example", "--display-name", "A B", "--dry-run=server"});
  EXPECT_EQ(all.email + all.display_name, "a@b.exampleA B");
  EXPECT_EQ(all.dry_run, DryRun::Server);
}

TEST(ArgumentsTest, ReadsTheRest) {
  EXPECT_TRUE(command<WhoAmI>({"whoami", "-A"}).all_namespaces);
  EXPECT_EQ(command<CanI>({"can-i"}).verb, "");
  EXPECT_EQ(command<CanI>({"can-i", "get", "pods/x", "-q"}).what, "pods/x");
  EXPECT_EQ(command<ShowCompletion>({"completion", "zsh"}).shell, "zsh");
  EXPECT_EQ(command<Complete>({"__complete", "members", "--r"}).words, (Words{"members", "--r"}));
  EXPECT_EQ(parsed({"version", "-o", "json"}).output, Output::Json);
}

TEST(ArgumentsTest, HelpIsNoError) {
  for (const Words& words : {Words{}, Words{"help"}, Words{"--help"}})
    EXPECT_THAT(refused(words).text, HasSubstr("Subcommands:"));
  EXPECT_EQ(refused({}).exit_code, kDone);
  EXPECT_THAT(refused({"help", "members", "invite"}).text, HasSubstr("--display-name"));
  EXPECT_THAT(refused({"members", "invite", "-h"}).text, HasSubstr("--display-name"));
}

struct Refusal {
  const char* name;
  Words words;
  const char* says;
};

void PrintTo(const Refusal& refusal, std::ostream* out) {
  *out << refusal.name;
}

class RefusedArgumentsTest : public testing::TestWithParam<Refusal> {};

TEST_P(RefusedArgumentsTest, SayWhatIsWrong) {
  const Message message = refused(GetParam().words);
  EXPECT_EQ(message.exit_code, kUsage);
  EXPECT_THAT(message.text, testing::StartsWith("error: "));
  EXPECT_THAT(message.text, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Table, RefusedArgumentsTest,
    testing::Values(
        Refusal{"NoCommand", {"members"}, "a command is missing; there are: list, invite, activate"},
        Refusal{"AnUnknownCommand", {"frob\x1b"}, "there is no command 'frob\\x1b'; there are: help, members, whoami"},
        Refusal{"AnUnknownOne", {"members", "frob"}, "there is no command 'frob'; there are: list"},
        Refusal{"TooMuch", {"members", "list", "jane"}, "jane"},
        Refusal{"NoEmail", {"members", "invite", "--role=Viewer"}, "EMAIL is required"},
        Refusal{"NoRole", {"members", "invite", "a@b"}, "--role is required"},
        Refusal{"ARoleThatIsNone", {"members", "role", "jane", "Boss"}, "Boss not in {Admin,Editor,Viewer}"},
        Refusal{"NoAddress", {"members", "invite", "jane", "--role=Viewer"}, "EMAIL: email is an e-mail address"},
        Refusal{"UpperCase",
                {"members", "invite", "Jane@acme.example", "--role=Viewer", "--dry-run"},
                "EMAIL must be in lower case: jane@acme.example"},
        Refusal{"ANameThatIsNone", {"members", "invite", "a@b", "--role=Viewer", "--name=J D"}, "--name is made of"},
        Refusal{
            "ShowWithoutLink", {"members", "invite", "a@b", "--role=Viewer", "--show-link"}, "needs --delivery Link"},
        Refusal{"ALinkInADocument",
                {"members", "invite", "a@b", "--role=Viewer", "--delivery=Link", "--show-link", "-o", "json"},
                "fits into no document"},
        Refusal{"TwoGroups", {"whoami", "--as", "a", "--as-group", "g", "--as-group", "h"}, "--as-group"},
        Refusal{"DryAndWaiting", {"members", "invite", "a@b", "--role=Viewer", "--wait", "--dry-run"}, "--dry-run"},
        Refusal{"AWaitThatIsNone", {"members", "invite", "a@b", "--role=Viewer", "--wait=long"}, "--wait"},
        Refusal{"AnOutputThatIsNone", {"members", "list", "-o", "xml"}, "xml"},
        Refusal{"ATimeoutThatIsNone", {"whoami", "--request-timeout=5x"}, "--request-timeout: '5x' must be a time"},
        Refusal{"AVerbAlone", {"can-i", "get"}, "RESOURCE"},
        Refusal{"AGroupAlone", {"whoami", "--as-group", "g"}, "--as-group needs --as"},
        Refusal{"AStatusForAName", {"members", "delete", "ada/status", "--yes"}, "'ada/status' is neither the name of"},
        Refusal{"NoName", {"members", "role", "", "Viewer"}, "'' is neither the name of a Member nor an email"},
        Refusal{"ANameUpwards", {"members", "resend", "../ada"}, "'../ada' is neither"},
        Refusal{"AnotherNameToLeave", {"members", "leave", "jane/status"}, "'jane/status' is neither"},
        Refusal{"ANamespaceUpwards", {"whoami", "-n", "../.."}, "'../..' cannot be the name of a namespace"},
        Refusal{"AFormatOfAnother", {"audit", "export", "--format", "yaml"}, "yaml not in {csv,jsonl}"},
        Refusal{"ALimitBelowNone", {"audit", "list", "--limit=-1"}, "--limit: -1 is no whole number from 0"},
        Refusal{"ALimitThatIsNoNumber", {"audit", "tail", "--limit", "many"}, "many is no whole number from 0"},
        Refusal{"ALimitPastAllNumbers", {"audit", "list", "--limit=99999999999999999999"}, "is no whole number"},
        Refusal{"ATimeThatIsForgotten", {"audit", "export", "--from="}, "--from"},
        Refusal{"ATailWithAnEnd", {"audit", "tail", "--to", "1d"}, "--to"},
        Refusal{"ATailFromAfar", {"audit", "tail", "--from=7d"}, "--from"},
        Refusal{"ASignupWithoutAName", {"signup"}, "NAME is required"},
        Refusal{"ASignupWithoutAnAddress", {"signup", "acme", "--email", "jane"}, "EMAIL: email is an e-mail address"},
        Refusal{"AnUnknownFlag", {"members", "list", "--frob"}, "--frob"},
        Refusal{"AnUnknownShell", {"completion", "tcsh"}, "tcsh"}),
    [](const auto& info) { return info.param.name; });

TEST(ArgumentsTest, AnUnfinishedLineSaysWhichClusterIsMeant) {
  const Connection connection = connection_of({"members", "-n", "acme", "--context=c", "delete", "--kubeconfig"});
  EXPECT_EQ(connection.ns, "acme");
  EXPECT_EQ(connection.context, "c");
  EXPECT_EQ(connection.kubeconfig, "");
}

}  // namespace
}  // namespace guildhall::plugin
