#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include "operator/kube/config.hpp"

namespace guildhall::kube {
namespace {

/// A kubeconfig with these fields of the cluster and the user.
std::string file_with(const std::string& cluster, const std::string& user, const std::string& context = "") {
  return "apiVersion: v1\nkind: Config\nfuture: field\n"
         "clusters:\n- name: other\n  cluster: {server: 'https://other:1'}\n- name: c\n  cluster: {" +
         cluster +
         "}\n"
         "users:\n- name: u\n  user: {" +
         user +
         "}\n"
         "contexts:\n- name: ctx\n  context: {cluster: c, user: u" +
         context +
         "}\n- name: bare\n  context: {cluster: c}\n"
         "current-context: ctx\n";
}

const std::string kServer = "server: 'https://api:6443', certificate-authority: ca.crt, unknown: x";

core::Result<ClusterConfig> parse(const std::string& yaml, const std::string& context = "") {
  return parse_kubeconfig(yaml, "/etc/kube/config", context);
}

TEST(KubeconfigTest, ReadsWhomRequestsAreMadeAs) {
  const auto config = parse(file_with(kServer, "token: t, as: jane@acme.example, as-groups: [editors]"));
  ASSERT_TRUE(config) << config.error().describe();
  EXPECT_EQ(config->impersonation.user, "jane@acme.example");
  EXPECT_EQ(config->impersonation.group, "editors");
}

TEST(KubeconfigTest, ReadsFilesBesideTheKubeconfig) {
  const auto config = parse(
      file_with(kServer, "client-certificate: pki/u.crt, client-key: /abs/u.key", ", namespace: guildhall-system"));
  ASSERT_TRUE(config) << config.error().describe();
  EXPECT_EQ(config->server, "https://api:6443");
  EXPECT_EQ(config->ca.file, "/etc/kube/ca.crt");
  EXPECT_EQ(config->client_certificate.file, "/etc/kube/pki/u.crt");
  EXPECT_EQ(config->client_key.file, "/abs/u.key");
  EXPECT_EQ(config->ns, "guildhall-system");
  EXPECT_FALSE(config->insecure);
  EXPECT_TRUE(config->token.empty());
}

TEST(KubeconfigTest, EmbeddedDataWinsOverAFile) {
  const auto config =
      parse(file_with("server: 'https://api', certificate-authority: ca.crt, certificate-authority-data: Q0E=",
                      "client-certificate-data: Q0VSVA==, client-key-data: S0VZ, client-key: u.key"));
  ASSERT_TRUE(config) << config.error().describe();
  EXPECT_EQ(config->ca.text.reveal(), "CA");
  EXPECT_TRUE(config->ca.file.empty());
  EXPECT_EQ(config->client_certificate.text.reveal(), "CERT");
  EXPECT_EQ(config->client_key.text.reveal(), "KEY");
}

TEST(KubeconfigTest, ATokenFileWinsOverTheTokenBesideIt) {
  const auto by_text = parse(file_with(kServer, "token: t0ken"));
  ASSERT_TRUE(by_text);
  EXPECT_EQ(by_text->token.text.reveal(), "t0ken");
  const auto by_file = parse(file_with(kServer, "token: t0ken, tokenFile: token"));
  ASSERT_TRUE(by_file);
  EXPECT_EQ(by_file->token.file, "/etc/kube/token");
  EXPECT_TRUE(by_file->token.text.empty());
}

TEST(KubeconfigTest, ReadsAnExecPlugin) {
  const auto config = parse(file_with(
      kServer,
      "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./login, args: [get, token], "
      "env: [{name: A, value: b}], provideClusterInfo: true, installHint: install it, interactiveMode: Never}"));
  ASSERT_TRUE(config) << config.error().describe();
  ASSERT_TRUE(config->exec);
  EXPECT_EQ(config->exec->command, "/etc/kube/./login");
  EXPECT_EQ(config->exec->args, (std::vector<std::string>{"get", "token"}));
  EXPECT_EQ(config->exec->env, (std::vector<std::pair<std::string, std::string>>{{"A", "b"}}));
  EXPECT_TRUE(config->exec->provide_cluster_info);
  EXPECT_EQ(config->exec->install_hint, "install it");
}

TEST(KubeconfigTest, ACommandWithoutASlashIsLeftToPath) {
  const auto config =
      parse(file_with(kServer, "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: login}"));
  ASSERT_TRUE(config) << config.error().describe();
  EXPECT_EQ(config->exec->command, "login");
}

TEST(KubeconfigTest, ReadsNamesAndTheInsecureFlag) {
  const auto config =
      parse(file_with("server: 'https://api', tls-server-name: kubernetes, insecure-skip-tls-verify: true", ""));
  ASSERT_TRUE(config) << config.error().describe();
  EXPECT_EQ(config->tls_server_name, "kubernetes");
  EXPECT_TRUE(config->insecure);
}

TEST(KubeconfigTest, TakesAnotherContextAndAContextWithoutAUser) {
  const auto config = parse(file_with(kServer, "token: t"), "bare");
  ASSERT_TRUE(config) << config.error().describe();
  EXPECT_TRUE(config->token.empty());
}

struct Refusal {
  const char* name;
  std::string yaml;
  std::string context;
  std::string message;
};

class KubeconfigRefusalTest : public testing::TestWithParam<Refusal> {};

TEST_P(KubeconfigRefusalTest, NamesFileAndField) {
  const auto config = parse(GetParam().yaml, GetParam().context);
  ASSERT_FALSE(config);
  EXPECT_EQ(std::string(core::to_string(config.error().kind)) + ": " + config.error().message, GetParam().message);
}

std::string invalid(const std::string& what) {
  return "Invalid: kubeconfig /etc/kube/config: " + what;
}

INSTANTIATE_TEST_SUITE_P(
    Files, KubeconfigRefusalTest,
    testing::Values(
        Refusal{"NoYaml", "clusters: [", "", invalid("line 1: cannot be read as YAML")},
        Refusal{"NoMapping", "just text", "", invalid("the file is no mapping")},
        Refusal{"NoCurrentContext", "{kind: Config}", "",
                "NotFound: kubeconfig /etc/kube/config: current-context is not set"},
        Refusal{"UnknownContext", file_with(kServer, ""), "absent",
                "NotFound: kubeconfig /etc/kube/config: there is no context 'absent'"},
        Refusal{"UnknownCluster", "{current-context: x, contexts: [{name: x, context: {cluster: absent}}]}", "",
                invalid("contexts[x].context.cluster names no entry of clusters: 'absent'")},
        Refusal{"UnknownUser",
                "{current-context: x, contexts: [{name: x, context: {cluster: c, user: absent}}], clusters: [{name: c, "
                "cluster: {server: 'https://a'}}]}",
                "", invalid("contexts[x].context.user names no entry of users: 'absent'")},
        Refusal{"NoServer", file_with("x: y", ""), "",
                invalid("clusters[c].cluster.server must be a URL that begins with https://")},
        Refusal{"ServerIsNoUrl", file_with("server: 'api:6443'", ""), "",
                invalid("clusters[c].cluster.server must be a URL that begins with https://")},
        Refusal{"ServerIsNoText", file_with("server: [a]", ""), "",
                invalid("clusters[c].cluster.server must be a string")},
        Refusal{"CaIsNoBase64", file_with("server: 'https://a', certificate-authority-data: '!'", ""), "",
                invalid("clusters[c].cluster.certificate-authority-data is not base64")},
        Refusal{
            "InsecureAndCa",
            file_with("server: 'https://a', certificate-authority-data: Q0E=, insecure-skip-tls-verify: true", ""), "",
            invalid("clusters[c].cluster.insecure-skip-tls-verify cannot be set together with certificate-authority")},
        Refusal{"InsecureIsNoFlag", file_with("server: 'https://a', insecure-skip-tls-verify: maybe", ""), "",
                invalid("clusters[c].cluster.insecure-skip-tls-verify must be true or false")},
        Refusal{"AProxy", file_with("server: 'https://a', proxy-url: 'http://p'", ""), "",
                invalid("clusters[c].cluster.proxy-url is not supported")},
        Refusal{"ACertificateWithoutKey", file_with(kServer, "client-certificate: u.crt"), "",
                invalid("users[u].user.client-key is missing; a client certificate and its key belong together")},
        Refusal{
            "AKeyWithoutCertificate", file_with(kServer, "client-key: u.key"), "",
            invalid("users[u].user.client-certificate is missing; a client certificate and its key belong together")},
        Refusal{"KeyIsNoBase64", file_with(kServer, "client-certificate-data: Q0E=, client-key-data: 's3cret!'"), "",
                invalid("users[u].user.client-key-data is not base64")},
        Refusal{"APassword", file_with(kServer, "username: u, password: p"), "",
                invalid("users[u].user.username is not supported; use a client certificate, a token or exec")},
        Refusal{"ImpersonationOfAUid", file_with(kServer, "as-uid: '1'"), "",
                invalid("users[u].user.as-uid is not supported; use a client certificate, a token or exec")},
        Refusal{"ImpersonationOfTwoGroups", file_with(kServer, "as: admin, as-groups: [a, b]"), "",
                invalid("users[u].user.as-groups holds more than one group, which is not supported")},
        Refusal{"ImpersonationOfAGroupAlone", file_with(kServer, "as-groups: [a]"), "",
                invalid("users[u].user.as-groups needs as")},
        Refusal{"PluginOfAnOldVersion",
                file_with(kServer, "exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}"), "",
                invalid("users[u].user.exec.apiVersion must be client.authentication.k8s.io/v1 or v1beta1")},
        Refusal{"PluginWithoutCommand", file_with(kServer, "exec: {apiVersion: client.authentication.k8s.io/v1}"), "",
                invalid("users[u].user.exec.command is missing")},
        Refusal{
            "PluginEnvWithoutName",
            file_with(kServer, "exec: {apiVersion: client.authentication.k8s.io/v1, command: x, env: [{value: y}]}"),
            "", invalid("users[u].user.exec.env must be a list of name and value")},
        Refusal{"ListIsNone", "{current-context: x, contexts: {name: x}}", "", invalid("contexts must be a list")},
        Refusal{"EntryWithoutItsMapping", "{current-context: x, contexts: [{name: x}]}", "",
                invalid("contexts[x].context is missing")}),
    [](const auto& info) { return info.param.name; });

RC_GTEST_PROP(KubeconfigProperty, GarbageIsAnErrorAndNeverMore, (const std::string& text)) {
  RC_ASSERT(!parse(text).has_value());
}

}  // namespace
}  // namespace guildhall::kube
