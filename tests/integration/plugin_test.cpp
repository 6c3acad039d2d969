// kubectl guildhall as people use it: lists, changes, exit codes, and what it says when something is refused.
#include <fstream>

#include "tests/integration/plugin_fixture.hpp"

namespace guildhall::tests {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class PluginTest : public PluginFixture {};

TEST_F(PluginTest, AnyRoleListsTheMembers) {
  apply_company("listed");
  const auto& vi = member_user("listed", "vi");
  const auto table = guildhall(vi, {"members", "list"}, "listed");
  EXPECT_EQ(table.exit_code, 0) << table;
  EXPECT_THAT(table.out, StartsWith("NAME   EMAIL                ROLE     PHASE    READY   LAST ACTIVE   AGE\n"
                                    "ada    ada@listed.example   Admin    Active   True "));
  const auto wide = guildhall(vi, {"members", "list", "-o", "wide", "--role=Admin"}, "listed");
  EXPECT_THAT(wide.out, AllOf(HasSubstr("DISPLAY NAME"), HasSubstr("Ada"), Not(HasSubstr("vi@listed.example"))));
  EXPECT_EQ(guildhall(vi, {"members", "list", "-o", "name", "--email=ed@listed.example"}, "listed").out,
            "member.guildhall.dev/ed\n");
  EXPECT_EQ(guildhall(vi, {"members", "list", "-o", "name", "--email=Ed@Listed.example"}, "listed").out,
            "member.guildhall.dev/ed\n");
  const json list = json::parse(guildhall(vi, {"members", "list", "-o", "json"}, "listed").out);
  EXPECT_EQ(list.at("items").size(), 3U);
  EXPECT_EQ(list["items"][0]["kind"], "Member");
  EXPECT_FALSE(list["items"][0]["metadata"].contains("managedFields"));
  const auto yaml = guildhall(vi, {"members", "list", "-o=yaml"}, "listed");
  EXPECT_THAT(yaml.out, StartsWith("apiVersion: v1\nitems:\n"));
  const auto none = guildhall(vi, {"members", "list", "--phase", "Inactive"}, "listed");
  EXPECT_EQ(none.exit_code, 0);
  EXPECT_EQ(none.out + none.err, "No resources found in listed namespace.\n");
}

/// The plugin with a full disk as its standard output.
cluster::Output to_full_disk(cluster::Command command) {
  command.arguments.insert(command.arguments.begin(),
                           {"-c", R"(exec "$0" "$@" > /dev/full)", command.program.string()});
  command.program = "/bin/sh";
  return cluster::run(command);
}

TEST_F(PluginTest, OutputThatIsLostIsAFailure) {
  apply_company("full");
  const auto& vi = member_user("full", "vi");
  const std::vector<Words> commands = {
      {"members", "list", "-o", "json"}, {"whoami"}, {"completion", "bash"}, {"version"}, {"--help"}};
  for (const Words& words : commands) {
    const auto lost = to_full_disk(command(vi, words, words.front() == "completion" ? "" : "full"));
    EXPECT_EQ(lost.exit_code, 1) << words.front();
    EXPECT_EQ(lost.err, "error: write /dev/stdout: No space left on device\n") << words.front();
  }
}

TEST_F(PluginTest, AllNamespacesAreForWhoMayReadThem) {
  apply_company("wide");
  const auto all = guildhall(kubectl_, {"members", "list", "-A"});
  EXPECT_THAT(all.out, AllOf(StartsWith("NAMESPACE "), HasSubstr("\nwide ")));
  const auto refused = guildhall(member_user("wide", "ada"), {"members", "list", "-A"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, StartsWith("Error from server (Forbidden): members.guildhall.dev is forbidden"));
}

TEST_F(PluginTest, NobodyIsToldWhatItTakes) {
  apply_company("closed");
  const auto refused = guildhall(as("nobody@closed.example"), {"members", "list"}, "closed");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.out, IsEmpty());
  EXPECT_THAT(refused.err, AllOf(HasSubstr("cannot list resource \"members\""), HasSubstr("To read Members you must be "
                                                                                          "one of that organization")));
}

TEST_F(PluginTest, AnAdminDeactivatesAndActivatesByNameOrEmail) {
  apply_company("states");
  const auto& ada = member_user("states", "ada");
  const auto off = guildhall(ada, {"members", "deactivate", "ed"}, "states");
  EXPECT_EQ(off.out, "member.guildhall.dev/ed deactivated\n") << off;
  ASSERT_TRUE(becomes({"member", "ed", "-n", "states"}, "Ready", "True/Inactive"));
  const std::string at_rest = version_of("states", "ed");
  const auto again = guildhall(ada, {"members", "deactivate", "ed@states.example"}, "states");
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_EQ(again.out, "member.guildhall.dev/ed unchanged\n");
  EXPECT_EQ(version_of("states", "ed"), at_rest);
  const auto on = guildhall(ada, {"members", "activate", "ed@states.example", "-o", "json"}, "states");
  EXPECT_EQ(json::parse(on.out)["spec"]["state"], "Active");
  const json managed =
      kubectl_.get({"member", "ed", "-n", "states", "--show-managed-fields"})["metadata"]["managedFields"];
  EXPECT_TRUE(std::ranges::any_of(managed, [](const json& each) { return each["manager"] == "kubectl-guildhall"; }));
}

TEST_F(PluginTest, ARoleIsChangedByAnAdminAlone) {
  apply_company("roles");
  const auto refused = guildhall(member_user("roles", "ed"), {"members", "role", "ed", "Admin"}, "roles");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("That needs the role Admin. See who is one: kubectl guildhall members list --role "
                                     "Admin -n roles"));
  const auto& ada = member_user("roles", "ada");
  EXPECT_EQ(guildhall(ada, {"members", "role", "vi", "Editor"}, "roles").out,
            "member.guildhall.dev/vi is Editor now\n");
  EXPECT_EQ(text(member("roles", "vi"), "/spec/role"), "Editor");
  EXPECT_EQ(guildhall(ada, {"members", "role", "vi", "Editor", "-o", "name"}, "roles").out,
            "member.guildhall.dev/vi\n");
  const auto missing = guildhall(ada, {"members", "role", "bob", "Editor"}, "roles");
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.err, AllOf(HasSubstr("Error from server (NotFound)"), HasSubstr("members list -n roles")));
  EXPECT_THAT(guildhall(ada, {"members", "role", "bob@roles.example", "Editor"}, "roles").err,
              HasSubstr("no Member in roles has the email bob@roles.example"));
}

TEST_F(PluginTest, TheLastAdminIsToldWhatToDoFirst) {
  apply_company("kept");
  const auto& ada = member_user("kept", "ada");
  for (const Words& words : {Words{"members", "deactivate", "ada"}, Words{"members", "role", "ada", "Viewer"},
                             Words{"members", "delete", "ada", "--yes"}, Words{"members", "leave", "--yes"}}) {
    const auto refused = guildhall(ada, words, "kept");
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, AllOf(HasSubstr("ada is the last active Admin of kept"),
                                   HasSubstr("kubectl guildhall members role NAME Admin -n kept")));
  }
  EXPECT_EQ(guildhall(ada, {"members", "role", "ed", "Admin"}, "kept").exit_code, 0);
  ASSERT_TRUE(comes_to(member_user("kept", "ed"), true, "patch", "members.guildhall.dev", "kept"));
  EXPECT_EQ(guildhall(member_user("kept", "ed"), {"members", "deactivate", "ada"}, "kept").exit_code, 0);
}

/// The CRD refuses such a name now; what was stored under an earlier one stays.
TEST_F(PluginTest, WhatATenantWroteDrivesNoTerminal) {
  apply_company("shown");
  const std::string rules =
      "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/displayName/x-kubernetes-validations";
  const auto patch_crd = [&](json change) {
    change["path"] = rules;
    run({"patch", "crd", "members.guildhall.dev", "--type=json", "-p", json::array({change}).dump()});
  };
  const json stood = kubectl_.get({"crd", "members.guildhall.dev"}).at(json::json_pointer(rules));
  patch_crd({{"op", "remove"}});
  EXPECT_TRUE(cluster::eventually("it is stored", [&] {
    const auto output = kubectl_(
        {"patch", "member", "vi", "-n", "shown", "--type=merge", "-p", R"({"spec": {"displayName": "Vi \u009b31m"}})"});
    return cluster::Observation{output.exit_code == 0, output.err};
  }));
  patch_crd({{"op", "add"}, {"value", stood}});
  for (const Words& words : {Words{"members", "list", "-o", "wide"}, Words{"members", "list", "-o", "json"},
                             Words{"members", "list", "-o", "yaml"}}) {
    const auto output = guildhall(member_user("shown", "ada"), words, "shown");
    EXPECT_THAT(output.out, AllOf(HasSubstr("9b31m"), Not(HasSubstr("\xc2\x9b"))));
  }
}

TEST_F(PluginTest, WrongUsageIsTwo) {
  for (const Words& words : {Words{"members"}, Words{"members", "invite", "a@b.example"}, Words{"members", "frob"},
                             Words{"members", "role", "ed", "Boss"}, Words{"can-i", "get"}}) {
    const auto refused = guildhall(kubectl_, words);
    EXPECT_EQ(refused.exit_code, 2) << refused;
    EXPECT_THAT(refused.err, StartsWith("error: "));
  }
  EXPECT_EQ(guildhall(kubectl_, {"help"}).exit_code, 0);
  EXPECT_EQ(json::parse(guildhall(kubectl_, {"version", "-o", "json"}).out)["clientVersion"].count("version"), 1U);
}

TEST_F(PluginTest, IsFoundAndCompletedByKubectl) {
  apply_company("found");
  const auto& ada = member_user("found", "ada");
  const auto who = kubectl_with_plugin(ada, {"guildhall", "whoami", "-n", "found", "-o", "name"});
  EXPECT_EQ(who.out, "member.guildhall.dev/ada\n") << who;
  const auto refused = kubectl_with_plugin(ada, {"guildhall", "members", "role", "x", "Admin", "-n", "found"});
  EXPECT_EQ(refused.exit_code, 1);
  const auto names = kubectl_with_plugin(ada, {"__complete", "guildhall", "members", "delete", "-n", "found", ""});
  EXPECT_THAT(names.out, StartsWith("ada\ned\nvi\n:4\n")) << names;
  const auto commands = kubectl_with_plugin(ada, {"__complete", "guildhall", "members", "de"});
  EXPECT_THAT(commands.out, StartsWith("deactivate\ndelete\n:4\n")) << commands;
  // The platform team may list namespaces; Ada knows those of her kubeconfig.
  const auto all = kubectl_with_plugin(kubectl_, {"__complete", "guildhall", "members", "list", "-n", "fou"});
  EXPECT_THAT(all.out, StartsWith("found\n:4\n")) << all;
  kubectl_with_plugin(ada, {"config", "set-context", "--current", "--namespace", "found"});
  const auto hers = kubectl_with_plugin(ada, {"__complete", "guildhall", "whoami", "--namespace", ""});
  EXPECT_THAT(hers.out, StartsWith("found\n:4\n")) << hers;
  const auto context = ada({"config", "current-context"});
  const auto contexts = kubectl_with_plugin(ada, {"__complete", "guildhall", "whoami", "--context", ""});
  EXPECT_THAT(contexts.out, StartsWith(context.out + ":4\n")) << contexts;
}

TEST_F(PluginTest, AClusterThatIsNotThereOrHasNoGuildhallIsSaidSo) {
  const auto at = [&](const std::string& kubeconfig) {
    return cluster::run({.program = plugin(),
                         .arguments = {"members", "list"},
                         .environment = {{"KUBECONFIG", kubeconfig}, {"HOME", "/nonexistent"}}});
  };
  EXPECT_THAT(at("").err, StartsWith("error: Missing or incomplete configuration info."));
  const auto nowhere = cluster::shared_control_plane().directory() / "nowhere.kubeconfig";
  std::ofstream(nowhere) << fmt::format(
      "{{current-context: a, contexts: [{{name: a, context: {{cluster: a}}}}], "
      "clusters: [{{name: a, cluster: {{server: 'https://127.0.0.1:{}'}}}}]}}",
      cluster::free_port());
  const auto down = at(nowhere);
  EXPECT_EQ(down.exit_code, 1);
  EXPECT_THAT(down.err, StartsWith("Unable to connect to the server: "));
  EXPECT_THAT(guildhall(kubectl_, {"whoami", "--context", "x"}).err, HasSubstr("there is no context 'x'"));
  const cluster::ControlPlane bare;
  const auto without = guildhall(bare.kubectl(), {"members", "list"});
  EXPECT_EQ(without.exit_code, 1);
  EXPECT_THAT(without.err, HasSubstr("Guildhall is not installed in this cluster"));
}

}  // namespace
}  // namespace guildhall::tests
