// Deployments in the running operator: what an Organization's status lists, and which of them its keys open.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/integration/apikey_fixture.hpp"

namespace guildhall::tests {
namespace {

using cluster::eventually;
using cluster::Observation;
using nlohmann::json;
using Lines = std::vector<std::string>;

/// The VictoriaMetrics operator's CRDs are not there, but where a test brings them.
class DeploymentsTest : public ApiKeyFixture {
 protected:
  void TearDown() override {
    run({"delete", "services", "-l", "guildhall.dev/deployment", "-n", "keys-prod"});
    run({"delete", "services", "-l", "guildhall.dev/deployment", "-n", "keys"});
    run({"delete", "apikeys", "--all", "-n", "keys"});
    EXPECT_TRUE(lists({}));
  }

  /// `labels` beside guildhall.dev/deployment.
  void apply_service(const std::string& ns, const std::string& name, const std::string& deployment,
                     const std::string& labels = "", const std::string& spec = "ports: [{port: 8428}]") const {
    apply(
        fmt::format("{{apiVersion: v1, kind: Service, metadata: {{name: {}, namespace: {}, labels: "
                    "{{guildhall.dev/deployment: {}{}}}}}, spec: {{{}}}}}",
                    name, ns, deployment, labels, spec));
  }
  void apply_object(const std::string& version, const std::string& kind, const std::string& name,
                    const std::string& labels = "{}", const std::string& spec = "{}") const {
    apply(
        fmt::format("{{apiVersion: operator.victoriametrics.com/{}, kind: {}, metadata: {{name: {}, namespace: "
                    "keys-prod, labels: {}}}, spec: {}}}",
                    version, kind, name, labels, spec));
  }
  void apply_key_of(const std::string& name, const std::string& deployments) const {
    apply(
        fmt::format("{{apiVersion: guildhall.dev/v1alpha1, kind: ApiKey, metadata: {{name: {}, namespace: keys}}, "
                    "spec: {{displayName: Test, permissions: Read, neverExpires: true, deployments: {}}}}}",
                    name, deployments));
  }
  static std::filesystem::path definitions() {
    return std::filesystem::path(GUILDHALL_SOURCE_DIR) / "tests/integration/manifests/victoriametrics.yaml";
  }

  /// "VMSingle keys-prod/main http://…", with the address of writes where it is another.
  [[nodiscard]] Lines listed() const {
    Lines lines;
    const json organization = kubectl_.get({"organization", "keys"});
    for (const json& one : organization["status"].value("deployments", json::array())) {
      lines.push_back(fmt::format("{} {}/{} {}", text(one, "/kind"), text(one, "/namespace"), text(one, "/name"),
                                  text(one, "/url")));
      if (one.contains("writeUrl")) lines.back() += " " + text(one, "/writeUrl");
    }
    return lines;
  }
  [[nodiscard]] testing::AssertionResult lists(const Lines& wanted) const {
    return eventually("the Organization lists its deployments", [&] {
      const Lines lines = listed();
      return Observation{lines == wanted, fmt::format("{}", fmt::join(lines, "\n"))};
    });
  }
  /// "metrics, logs; missing x".
  [[nodiscard]] testing::AssertionResult matches(const std::string& name, const std::string& wanted) const {
    return eventually("the key matches " + wanted, [&] {
      const json found = key(name).value("/status/deployments"_json_pointer, json::object());
      const std::string line = fmt::format("{}; missing {}", fmt::join(found.value("matched", Lines()), ", "),
                                           fmt::join(found.value("missing", Lines()), ", "));
      return Observation{line == wanted, line};
    });
  }
};

TEST_F(DeploymentsTest, AreServicesWithTheLabel) {
  apply_key_of("reader", "{names: [metrics, logs]}");
  EXPECT_TRUE(matches("reader", "; missing logs, metrics"));
  apply_service("keys-prod", "vmsingle", "metrics");
  apply_service("keys", "front", "logs", ", guildhall.dev/product: VLSingle", "ports: [{name: https, port: 443}]");
  EXPECT_TRUE(lists({"Service keys/logs https://front.keys.svc:443",
                     "Service keys-prod/metrics http://vmsingle.keys-prod.svc:8428"}));
  EXPECT_TRUE(matches("reader", "logs, metrics; missing "));
  apply_service("keys", "other", "metrics");
  EXPECT_TRUE(matches("reader", "logs; missing metrics")) << "two namespaces hold one of that name";
  run({"delete", "service", "other", "-n", "keys"});
  EXPECT_TRUE(matches("reader", "logs, metrics; missing "));
  run({"label", "service", "front", "-n", "keys", "guildhall.dev/deployment-"});
  EXPECT_TRUE(matches("reader", "metrics; missing logs"));
  run({"delete", "service", "front", "-n", "keys"});
}

TEST_F(DeploymentsTest, AreSelectedByTheirLabels) {
  apply_key_of("some", "{selector: {matchLabels: {team: a}}}");
  apply_key_of("all", "{all: true}");
  apply_service("keys-prod", "one", "one", ", team: a");
  apply_service("keys-prod", "two", "two", ", team: b");
  EXPECT_TRUE(matches("some", "keys-prod.one.service; missing "));
  EXPECT_TRUE(matches("all", "one, two; missing "));
  run({"label", "service", "two", "-n", "keys-prod", "--overwrite", "team=a"});
  EXPECT_TRUE(matches("some", "keys-prod.one.service, keys-prod.two.service; missing "));
  run({"label", "service", "one", "-n", "keys-prod", "team-"});
  EXPECT_TRUE(matches("some", "keys-prod.two.service; missing "));
}

TEST_F(DeploymentsTest, ThatCannotBeListedAreSaid) {
  apply_service("keys-prod", "wrong", "metrics", ", guildhall.dev/product: Prometheus");
  apply_service("keys-prod", "outside", "far", "", "type: ExternalName, externalName: example.com");
  EXPECT_TRUE(eventually("the Organization says so", [&] {
    const json organization = kubectl_.get({"organization", "keys"});
    const std::string said = message(organization, "DeploymentsListed");
    const bool both = said.contains(
                          "Service keys-prod/wrong: label guildhall.dev/product: there is no product "
                          "'Prometheus'; there are VMSingle") &&
                      said.contains("Service keys-prod/outside: it is of type ExternalName");
    return Observation{both && condition(organization, "Ready") == "True/Active", organization.dump(1)};
  }));
  EXPECT_TRUE(lists({}));
  run({"delete", "service", "wrong", "outside", "-n", "keys-prod"});
  EXPECT_TRUE(eventually("nothing is said any more", [&] {
    const json organization = kubectl_.get({"organization", "keys"});
    return Observation{condition(organization, "DeploymentsListed").empty(), organization.dump(1)};
  }));
}

TEST_F(DeploymentsTest, OfTheVictoriaMetricsOperatorComeAndGoWithItsKinds) {
  apply_key_of("some", "{selector: {matchLabels: {team: a}}}");
  for (const bool again : {false, true}) {
    run({"apply", "--server-side", "-f", definitions().string()});
    run({"wait", "--for=condition=Established", "--timeout=60s", "-f", definitions().string()});
    apply_object("v1beta1", "VMSingle", "main", "{team: a}", "{port: '9090', extraArgs: {http.pathPrefix: /vm}}");
    apply_object("v1", "VLSingle", "main");
    apply_object("v1", "VLSingle", "odd", "{team: a}", R"({port: "8428@evil.example:80"})");
    apply_object("v1beta1", "VMCluster", "large", "{}", "{vmselect: {}, vminsert: {}}");
    EXPECT_TRUE(
        lists({"VMCluster keys-prod/large http://vmselect-large.keys-prod.svc:8481 "
               "http://vminsert-large.keys-prod.svc:8480",
               "VMSingle keys-prod/main http://vmsingle-main.keys-prod.svc:9090/vm",
               "VLSingle keys-prod/main http://vlsingle-main.keys-prod.svc:9428"}))
        << (again ? "the second time" : "");
    EXPECT_TRUE(matches("some", "keys-prod.main.vmsingle; missing "));
    EXPECT_EQ(message(kubectl_.get({"organization", "keys"}), "DeploymentsListed"),
              "VLSingle keys-prod/odd: the port of its vlsingle is no number");
    if (again) {
      kill_operator();
      run({"delete", "--timeout=120s", "-f", definitions().string()});
      start_operator();
    } else {
      run({"delete", "--timeout=120s", "-f", definitions().string()});
    }
    EXPECT_TRUE(lists({}));
    EXPECT_TRUE(matches("some", "; missing "));
  }
}

TEST_F(DeploymentsTest, AreWrittenIntoTheKeysSecret) {
  apply_service("keys-prod", "vmselect", "cluster", ", guildhall.dev/product: VMCluster");
  run({"patch", "organization", "keys", "--type=merge", "-p", R"({"spec":{"tenant":{"accountID":7,"projectID":3}}})"});
  apply(R"({apiVersion: guildhall.dev/v1alpha1, kind: ApiKey, metadata: {name: agent, namespace: keys}, spec: {
    displayName: Agent, permissions: Write, neverExpires: true, deployments: {all: true}, secret: {formats: [Vmagent]}}})");
  EXPECT_TRUE(eventually("the tenant's path stands there", [&] {
    const std::string file = entry(secret("agent"), "vmagent.yaml");
    return Observation{file.contains("http://vmselect.keys-prod.svc:8428/insert/7:3/prometheus/api/v1/write"), file};
  }));
}

TEST_F(DeploymentsTest, AtRestWriteNothing) {
  apply_service("keys-prod", "one", "one", ", team: a");
  apply_key_of("some", "{selector: {matchLabels: {team: a}}}");
  EXPECT_TRUE(matches("some", "keys-prod.one.service; missing "));
  EXPECT_TRUE(becomes("some", "True/Active"));
  EXPECT_TRUE(lists({"Service keys-prod/one http://one.keys-prod.svc:8428"}));
  const std::string series = R"(controller_runtime_reconcile_total{controller="organization",result="success"})";
  const double looks = operator_->metric(series).value_or(0);
  const double writes = writes_so_far();
  run({"annotate", "organization", "keys", "--overwrite", "guildhall.dev/reconcile-at=now"});
  run({"label", "service", "one", "-n", "keys-prod", "other=x"});
  EXPECT_TRUE(eventually("it was looked at twice more", [&] {
    const double now = operator_->metric(series).value_or(0);
    return Observation{now >= looks + 2, std::to_string(now)};
  }));
  EXPECT_EQ(writes_so_far(), writes);
}

}  // namespace
}  // namespace guildhall::tests
