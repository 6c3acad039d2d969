// Enrolment: an Admin in a labelled namespace makes an Organization, as users do it with kubectl.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/member_fixture.hpp"

namespace guildhall::tests {
namespace {

using testing::HasSubstr;

class EnrolmentTest : public MemberFixture {
 protected:
  /// A namespace of that name in which ada@<name>.example may make Members, as a platform team would let her.
  void prepare(const std::string& name, const std::string& label = "guildhall.dev/enroll=true") const {
    run({"create", "namespace", name});
    if (!label.empty()) run({"label", "namespace", name, label});
    run({"create", "role", "enrol", "--verb=create,get,patch", "--resource=members.guildhall.dev", "-n", name});
    run({"create", "rolebinding", "enrol", "--role=enrol", "--user=ada@" + name + ".example", "-n", name});
  }
  static cluster::Output enrol(const cluster::Kubectl& user, const std::string& ns, const std::string& name) {
    return user.apply(
        fmt::format("{{apiVersion: guildhall.dev/v1alpha1, kind: Member, metadata: {{name: {1}, namespace: {0}}}, "
                    "spec: {{email: {1}@{0}.example, role: Admin}}}}",
                    ns, name));
  }
};

TEST_F(EnrolmentTest, WhoEnrolsHerselfIsAdminAtOnce) {
  prepare("self");
  const auto output = enrol(member_user("self", "ada"), "self", "ada");
  ASSERT_EQ(output.exit_code, 0) << output.err;
  wait_ready("self", {"ada"});
  EXPECT_TRUE(may(member_user("self", "ada"), "create", "apikeys.guildhall.dev", "self"));
  const nlohmann::json organization = kubectl_.get({"organization", "self"});
  EXPECT_EQ(text(organization, "/spec/displayName"), "self");
  EXPECT_EQ(text(organization, "/metadata/annotations/guildhall.dev~1enrolled-by"),
            text(member("self", "ada"), "/metadata/uid"));
}

TEST_F(EnrolmentTest, AlsoByANameThatIsMadeForHer) {
  prepare("made");
  const auto created = member_user("made", "ada")(
      {"create", "-f", "-", "-o", "name"},
      "{apiVersion: guildhall.dev/v1alpha1, kind: Member, metadata: {generateName: ada-, namespace: made}, "
      "spec: {email: ada@made.example, role: Admin}}");
  ASSERT_EQ(created.exit_code, 0) << created.err;
  const std::string name =
      created.out.substr(created.out.find('/') + 1, created.out.find('\n') - created.out.find('/') - 1);
  wait_ready("made", {name});
}

TEST_F(EnrolmentTest, GoesAsTheDocsSay) {
  const auto docs = cluster::source_directory() / "docs/enrolment";
  run({"apply", "-f", docs / "team.yaml"});
  const auto created = as("ada@skunkworks.example")({"create", "-f", docs / "member.yaml"});
  ASSERT_EQ(created.exit_code, 0) << created.err;
  wait_ready("skunkworks", {"ada"});
}

TEST_F(EnrolmentTest, WhoIsEnrolledByAnotherIsInvited) {
  prepare("other");
  ASSERT_EQ(enrol(member_user("other", "ada"), "other", "bob").exit_code, 0);
  ASSERT_TRUE(becomes({"organization", "other"}, "Ready", "True/Active"));
  ASSERT_TRUE(becomes({"member", "bob", "-n", "other"}, "Stalled", "True/NoMailServer"));
  EXPECT_FALSE(may(member_user("other", "bob"), "list", "members.guildhall.dev", "other"));
}

TEST_F(EnrolmentTest, WithoutTheLabelNothingIsMade) {
  prepare("plain", "");
  ASSERT_EQ(enrol(member_user("plain", "ada"), "plain", "ada").exit_code, 0);
  ASSERT_TRUE(becomes({"member", "ada", "-n", "plain"}, "Stalled", "True/NotAHome"));
  EXPECT_TRUE(kubectl_.get({"organization", "plain"}).is_null());
  run({"label", "namespace", "plain", "guildhall.dev/enroll=true"});
  wait_ready("plain", {"ada"});
}

TEST_F(EnrolmentTest, AnOrganizationThatIsDeletedStaysDeleted) {
  prepare("once");
  ASSERT_EQ(enrol(member_user("once", "ada"), "once", "ada").exit_code, 0);
  wait_ready("once", {"ada"});
  run({"delete", "organization", "once", "--timeout=60s"});
  ASSERT_TRUE(becomes({"member", "ada", "-n", "once"}, "Stalled", "True/NoOrganization"));
  apply_member("once", "eve", "role: Admin");
  ASSERT_TRUE(becomes({"member", "eve", "-n", "once"}, "Stalled", "True/NotAHome"));
  EXPECT_TRUE(kubectl_.get({"organization", "once"}).is_null());
}

}  // namespace
}  // namespace guildhall::tests
