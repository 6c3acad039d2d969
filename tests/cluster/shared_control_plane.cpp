// The main of test programs that share one control plane.
#include <gtest/gtest.h>

#include <memory>

#include "tests/cluster/control_plane.hpp"

namespace guildhall::tests::cluster {
namespace {

// Owned by GoogleTest, which ends it after the last test and before main returns.
class SharedControlPlane : public testing::Environment {
 public:
  void TearDown() override { control_plane_.reset(); }

  ControlPlane& get() {
    if (control_plane_ == nullptr) {
      control_plane_ = std::make_unique<ControlPlane>(ControlPlaneOptions{.install = crds(), .apiserver_flags = {}});
    }
    return *control_plane_;
  }

 private:
  std::unique_ptr<ControlPlane> control_plane_;
};

SharedControlPlane& environment() {
  // GoogleTest owns what it is given.
  static auto* const registered = static_cast<SharedControlPlane*>(
      testing::AddGlobalTestEnvironment(std::make_unique<SharedControlPlane>().release()));
  return *registered;
}

}  // namespace

ControlPlane& shared_control_plane() {
  return environment().get();
}

void register_shared_control_plane() {
  environment();
}

}  // namespace guildhall::tests::cluster

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  guildhall::tests::cluster::register_shared_control_plane();
  return RUN_ALL_TESTS();
}
