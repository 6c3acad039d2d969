#include "operator/kube/config.hpp"

#include <gtest/gtest.h>

#include <map>

namespace guildhall::kube {
namespace {

using Files = std::map<std::string, std::string>;

FileReader reader_of(Files files) {
  return [files = std::move(files)](const std::filesystem::path& file) -> core::Result<std::string> {
    const auto found = files.find(file.string());
    if (found == files.end()) return core::fail(core::ErrorKind::NotFound, file.string() + ": there is no such file");
    return found->second;
  };
}

Environment environment_of(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

std::string kubeconfig(const std::string& context, const std::string& server) {
  return "{current-context: " + context + ", contexts: [{name: " + context +
         ", context: {cluster: c}}], clusters: [{name: c, cluster: {server: 'https://" + server + "'}}]}";
}

const std::string kMount = "/var/run/secrets/kubernetes.io/serviceaccount";
const Files kPod{{kMount + "/token", "t"}, {kMount + "/ca.crt", "CA"}, {kMount + "/namespace", "guildhall-system"}};
const std::map<std::string, std::string> kPodEnvironment{{"KUBERNETES_SERVICE_HOST", "10.0.0.1"},
                                                         {"KUBERNETES_SERVICE_PORT", "443"}};

std::string server_of(const core::Result<ClusterConfig>& config) {
  return config ? config->server : std::string(core::to_string(config.error().kind)) + ": " + config.error().describe();
}

TEST(ConfigTest, APodHasItsOwn) {
  const auto config = load_config({}, environment_of(kPodEnvironment), reader_of(kPod));
  ASSERT_TRUE(config) << config.error().describe();
  EXPECT_EQ(config->server, "https://10.0.0.1:443");
  EXPECT_EQ(config->token.file, kMount + "/token");
  EXPECT_EQ(config->ca.file, kMount + "/ca.crt");
  EXPECT_EQ(config->ns, "guildhall-system");
}

TEST(ConfigTest, AnIpv6AddressIsBracketed) {
  const auto environment = environment_of({{"KUBERNETES_SERVICE_HOST", "fd00::1"}, {"KUBERNETES_SERVICE_PORT", "443"}});
  EXPECT_EQ(server_of(in_cluster_config(environment, reader_of(kPod))), "https://[fd00::1]:443");
}

TEST(ConfigTest, APodWithoutItsTokenSaysWhichFileIsMissing) {
  auto files = kPod;
  files.erase(kMount + "/token");
  EXPECT_EQ(server_of(in_cluster_config(environment_of(kPodEnvironment), reader_of(files))),
            "NotFound: the pod's ServiceAccount is not mounted: " + kMount + "/token: there is no such file");
}

TEST(ConfigTest, TheFlagWinsOverTheEnvironmentAndTheEnvironmentOverThePod) {
  auto files = kPod;
  files["/flag"] = kubeconfig("a", "flag");
  files["/env"] = kubeconfig("a", "env");
  auto variables = kPodEnvironment;
  variables["KUBECONFIG"] = "/env";
  EXPECT_EQ(server_of(load_config({.kubeconfig = "/flag", .choice = {}, .home_kubeconfig = {}},
                                  environment_of(variables), reader_of(files))),
            "https://flag");
  EXPECT_EQ(server_of(load_config({}, environment_of(variables), reader_of(files))), "https://env");
  variables.erase("KUBECONFIG");
  EXPECT_EQ(server_of(load_config({}, environment_of(variables), reader_of(files))), "https://10.0.0.1:443");
}

TEST(ConfigTest, AnEmptyVariableIsNone) {
  auto variables = kPodEnvironment;
  variables["KUBECONFIG"] = "";
  EXPECT_EQ(server_of(load_config({}, environment_of(variables), reader_of(kPod))), "https://10.0.0.1:443");
}

ConfigRequest request_of(KubeconfigChoice choice) {
  return {.kubeconfig = {}, .choice = std::move(choice), .home_kubeconfig = {}};
}

TEST(ConfigTest, FilesOfAListAreReadAsOne) {
  const auto environment = environment_of({{"KUBECONFIG", "/absent::/contexts:/clusters:/users"}});
  const auto read = reader_of(
      {{"/contexts", "{contexts: [{name: a, context: {cluster: near, user: jane, namespace: acme}}]}"},
       {"/clusters",
        "{current-context: a, contexts: [{name: a, context: {cluster: far}}, {name: b, context: {cluster: far}}], "
        "clusters: [{name: near, cluster: {server: 'https://near'}}, {name: far, cluster: {server: 'https://far'}}]}"},
       {"/users", "{current-context: b, users: [{name: jane, user: {tokenFile: jane.token}}]}"}});
  const auto config = load_config({}, environment, read);
  ASSERT_TRUE(config) << config.error().describe();
  EXPECT_EQ(config->server, "https://near");
  EXPECT_EQ(config->ns, "acme");
  EXPECT_EQ(config->token.file, "/jane.token");
  EXPECT_EQ(server_of(load_config(request_of({.context = "b", .cluster = {}, .user = {}}), environment, read)),
            "https://far");
  EXPECT_EQ(server_of(load_config(request_of({.context = {}, .cluster = "far", .user = {}}), environment, read)),
            "https://far");
  EXPECT_EQ(server_of(load_config(request_of({.context = "c", .cluster = {}, .user = {}}), environment, read)),
            "NotFound: kubeconfig /contexts:/clusters:/users: there is no context 'c'");
  EXPECT_EQ(server_of(load_config(request_of({.context = {}, .cluster = {}, .user = "x"}), environment, read)),
            "Invalid: kubeconfig /contexts: contexts[a].context.user names no entry of users: 'x'");
}

TEST(ConfigTest, TheFilesThatCountAreFoundWithoutWhatTheySay) {
  const auto read = reader_of({{"/flag", "f"}, {"/env", "e"}, {"/home", "h"}});
  const auto files_of = [&](ConfigRequest request, const char* listed) {
    request.home_kubeconfig = "/home";
    std::string found;
    for (const auto& text : find_kubeconfigs(request, environment_of({{"KUBECONFIG", listed}}), read))
      found += text.file.string() + "=" + text.yaml + " ";
    return found;
  };
  EXPECT_EQ(files_of({}, "/absent:/env:/home"), "/env=e /home=h ");
  EXPECT_EQ(files_of({}, ""), "/home=h ");
  EXPECT_EQ(files_of({.kubeconfig = "/flag", .choice = {}, .home_kubeconfig = {}}, "/env"), "/flag=f ");
  EXPECT_EQ(files_of({.kubeconfig = "/absent", .choice = {}, .home_kubeconfig = {}}, "/env"), "");
}

TEST(ConfigTest, AListOfAbsentFilesIsNone) {
  EXPECT_EQ(server_of(load_config({}, environment_of({{"KUBECONFIG", "/absent:/gone"}}), reader_of({}))),
            "NotFound: KUBECONFIG names no file that exists");
}

TEST(ConfigTest, TheFileAtHomeComesBeforeThePodAndAfterTheEnvironment) {
  auto files = kPod;
  files["/home/config"] = kubeconfig("a", "home");
  files["/env"] = kubeconfig("a", "env");
  auto variables = kPodEnvironment;
  const ConfigRequest request{.kubeconfig = {}, .choice = {}, .home_kubeconfig = "/home/config"};
  EXPECT_EQ(server_of(load_config(request, environment_of(variables), reader_of(files))), "https://home");
  EXPECT_EQ(server_of(load_config(request, environment_of(variables), reader_of(kPod))), "https://10.0.0.1:443");
  variables["KUBECONFIG"] = "/env";
  EXPECT_EQ(server_of(load_config(request, environment_of(variables), reader_of(files))), "https://env");
}

TEST(ConfigTest, ABrokenFileOfAListIsNotPassedOver) {
  const auto environment = environment_of({{"KUBECONFIG", "/broken:/good"}});
  const auto read = reader_of({{"/broken", "["}, {"/good", kubeconfig("a", "good")}});
  EXPECT_EQ(server_of(load_config({}, environment, read)),
            "Invalid: kubeconfig /broken: line 1: cannot be read as YAML");
}

TEST(ConfigTest, SaysWhatToDoWhenThereIsNone) {
  EXPECT_EQ(server_of(load_config({}, environment_of({}), reader_of({}))),
            "NotFound: no cluster is configured: give --kubeconfig or set KUBECONFIG: this is no pod: "
            "KUBERNETES_SERVICE_HOST and "
            "KUBERNETES_SERVICE_PORT are not set");
  EXPECT_EQ(server_of(load_config({.kubeconfig = "/absent", .choice = {}, .home_kubeconfig = {}}, environment_of({}),
                                  reader_of({}))),
            "NotFound: kubeconfig: /absent: there is no such file");
}

TEST(ReadFileTest, TellsAbsentFromUnreadable) {
  EXPECT_EQ(core::to_string(read_file("/no/such/file").error().kind), "NotFound");
  EXPECT_EQ(core::to_string(read_file("/proc/self").error().kind), "Invalid");
}

}  // namespace
}  // namespace guildhall::kube
