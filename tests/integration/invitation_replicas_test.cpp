// Invitations that are answered at two replicas.
#include <gtest/gtest.h>

#include "tests/integration/invitation_fixture.hpp"

namespace guildhall::tests {
namespace {

using cluster::eventually;
using cluster::Observation;

/// A leader and a standby, each with a page.
class InvitationAtTwoReplicas : public InvitationTest {
 protected:
  static void SetUpTestSuite() {
    mailpit_.emplace();
    page_port_ = cluster::lasting_port();
    start_operator(flags("true"));
    auto& control_plane = cluster::shared_control_plane();
    standby_port_ = cluster::free_port();
    standby_ = std::make_unique<cluster::OperatorProcess>(
        cluster::OperatorOptions{.kubeconfig = cluster::install_guildhall(control_plane),
                                 .log = control_plane.directory() / "standby.log",
                                 .flags = flags("true", standby_port_)});
  }
  static void TearDownTestSuite() {
    standby_.reset();
    InvitationTest::TearDownTestSuite();
  }

  static inline std::unique_ptr<cluster::OperatorProcess> standby_;
  static inline std::uint16_t standby_port_ = 0;
};

TEST_F(InvitationAtTwoReplicas, OfManyAnswersAtBothOneCounts) {
  apply_organization("pair");
  invite("pair", "jane", "Link");
  const std::string path = secret_path("pair", "jane");
  ASSERT_TRUE(eventually("the standby knows the link", [&] {
    const auto page = open(path, standby_port_);
    return Observation{page.status == 200, standby_->log()};
  }));
  EXPECT_EQ(accepted_answers(path, {page_port_, standby_port_}), 1);
  EXPECT_TRUE(eventually("neither knows it any more", [&] {
    const auto states = fmt::format("{} {}", open(path).status, open(path, standby_port_).status);
    return Observation{states == "404 404", states};
  }));
}

}  // namespace
}  // namespace guildhall::tests
