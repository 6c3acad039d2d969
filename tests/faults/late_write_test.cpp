// Writes that the API server carries out when what they were for is past.
#include <gtest/gtest.h>

#include <string>

#include "tests/faults/operator_under_fault.hpp"
#include "tests/faults/tenant.hpp"

namespace guildhall::tests::faults {
namespace {

using nlohmann::json;

class LateWriteTest : public testing::Test {
 protected:
  LateWriteTest() {
    operator_.start();
    operator_.process().wait_ready();
  }
  static void apply(const std::string& yaml) {
    const auto output = kubectl({"apply", "--server-side", "-f", "-"}, yaml);
    ASSERT_EQ(output.exit_code, 0) << output.err;
  }
  static void patch(const std::string& organization, const std::string& spec) {
    const auto output =
        kubectl({"patch", "organization", organization, "--type=merge", "-p", R"({"spec": )" + spec + "}"});
    ASSERT_EQ(output.exit_code, 0) << output.err;
  }
  static cluster::Output kubectl(const std::vector<std::string>& arguments, const std::string& input = {}) {
    return OperatorUnderFault::kubectl()(arguments, input);
  }
  static json get(const std::vector<std::string>& what) { return OperatorUnderFault::kubectl().get(what); }
  static bool has_editors(const std::string& ns) {
    return !get({"rolebinding", "guildhall:guildhall-deployments-editor", "-n", ns}).is_null();
  }
  static std::string configuration() {
    const char* const text = R"(go-template={{index .data "auth.yml" | base64decode}})";
    return kubectl({"get", "secret", "doors", "-n", "late-edge", "-o", text}).out;
  }

  OperatorUnderFault operator_;
};

TEST_F(LateWriteTest, NobodyIsLetInWhereTokensAreStillOnTheirWay) {
  const Tenant late(OperatorUnderFault::kubectl(), "late");
  const Tenant next(OperatorUnderFault::kubectl(), "next");
  late.create();
  next.create();
  apply(R"({apiVersion: v1, kind: List, items: [
  {apiVersion: v1, kind: Namespace, metadata: {name: late-edge}},
  {apiVersion: v1, kind: Service, metadata: {name: metrics, namespace: late-prod,
    labels: {guildhall.dev/deployment: metrics, guildhall.dev/product: VMSingle}}, spec: {ports: [{port: 8428}]}}]})");
  late.apply_key("agent");
  ASSERT_TRUE(comes_true("the key is there", [&] { return late.why_not_settled({"agent"}); }));
  ASSERT_TRUE(comes_true("the next has a home", [&] { return next.why_not_counted(0, 0, {}); }));
  next.apply_member("ed", "role: Editor");

  operator_.proxy().rules().add({.verb = "patch", .part = "/secrets/doors", .fault = Fault::Late, .times = 1});
  patch("late", R"({"namespaces": ["late-prod", "late-edge"], "adminOnlyNamespaces": ["late-edge"],
                    "enforcement": {"vmauth": {"secret": {"name": "doors", "namespace": "late-edge"}}}})");
  ASSERT_TRUE(comes_true("the tokens are on their way",
                         [this] { return operator_.proxy().rules().hits() > 0 ? "" : "not yet"; }));
  patch("late", R"({"namespaces": ["late-prod"], "adminOnlyNamespaces": null, "enforcement": null})");
  patch("next", R"({"namespaces": ["next-prod", "late-edge"]})");
  EXPECT_TRUE(comes_true("the namespace is held", [] {
    const json ns = get({"namespace", "late-edge"});
    const bool is_held = ns["metadata"].value("annotations", json::object()).contains("guildhall.dev/releasing-since");
    return is_held ? "" : ns.dump();
  }));
  EXPECT_FALSE(has_editors("late-edge"));

  operator_.proxy().rules().clear();
  EXPECT_TRUE(comes_true("Editors are let in", [] { return has_editors("late-edge") ? "" : "not yet"; }));
  EXPECT_TRUE(configuration().ends_with("users: []\n")) << "the tokens came, and went before that";
}

}  // namespace
}  // namespace guildhall::tests::faults
