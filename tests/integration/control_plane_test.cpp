// The control plane that all other tests stand on.
#include "tests/cluster/control_plane.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <future>
#include <nlohmann/json.hpp>

#include "tests/cluster/eventually.hpp"

namespace guildhall::tests::cluster {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// The PIDs of what a control plane has started: its servers, and the guard.
std::vector<pid_t> processes_of(const std::filesystem::path& directory) {
  std::vector<pid_t> pids;
  for (const auto& entry : std::filesystem::directory_iterator(directory / "pids")) {
    pid_t pid = 0;
    std::ifstream(entry.path()) >> pid;
    pids.push_back(pid);
  }
  return pids;
}

std::string pem(const ControlPlane& control_plane, const char* file) {
  std::ifstream stream(control_plane.directory() / "pki" / file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(ControlPlaneTest, KnowsAUserByTheClientCertificate) {
  const auto jane = shared_control_plane().user("jane+ops/1@acme.example", {"acme", "a,b"});
  const auto review = nlohmann::json::parse(jane({"auth", "whoami", "-o", "json"}).out);
  const auto& info = review.at("status").at("userInfo");
  EXPECT_EQ(info.at("username"), "jane+ops/1@acme.example");
  EXPECT_THAT(info.at("groups").get<std::vector<std::string>>(), ElementsAre("acme", "a,b", "system:authenticated"));
  EXPECT_THAT(info.at("extra").at("authentication.kubernetes.io/credential-id").at(0).get<std::string>(),
              HasSubstr("X509SHA256="));
}

TEST(ControlPlaneTest, RefusesWhatNoRoleGrants) {
  const auto output = shared_control_plane().user("nobody@acme.example")({"get", "secrets", "-A"});
  EXPECT_NE(output.exit_code, 0);
  EXPECT_THAT(output.err, HasSubstr("Forbidden"));
}

TEST(ControlPlaneTest, KnowsAServiceAccountByItsToken) {
  const auto review = nlohmann::json::parse(
      shared_control_plane().serviceaccount("default", "default")({"auth", "whoami", "-o", "json"}).out);
  EXPECT_EQ(review.at("status").at("userInfo").at("username"), "system:serviceaccount:default:default");
}

TEST(ControlPlaneTest, GivesTheControllersNoMoreThanTheirRoles) {
  const auto kubectl = shared_control_plane().kubectl();
  const auto can = [&](const std::string& user, const std::string& verb, const std::string& resource) {
    return kubectl({"auth", "can-i", verb, resource, "--as", user}).exit_code == 0;
  };
  EXPECT_FALSE(can("system:kube-controller-manager", "delete", "nodes"));
  EXPECT_TRUE(can("system:serviceaccount:kube-system:namespace-controller", "delete", "namespaces"));
  EXPECT_FALSE(kubectl.get({"serviceaccount", "-n", "kube-system", "namespace-controller"}).is_null());
}

TEST(ControlPlaneTest, CollectsWhatAnOwnerLeavesBehind) {
  const auto kubectl = shared_control_plane().kubectl();
  ASSERT_EQ(kubectl({"create", "namespace", "orphans"}).exit_code, 0);
  ASSERT_EQ(kubectl({"create", "configmap", "owner", "-n", "orphans"}).exit_code, 0);
  const auto uid = kubectl.get({"configmap", "owner", "-n", "orphans"}).at("metadata").at("uid").get<std::string>();
  const auto output = kubectl.apply(
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: owned, namespace: orphans, ownerReferences: [{apiVersion: "
      "v1, "
      "kind: ConfigMap, name: owner, uid: " +
      uid + "}]}}");
  ASSERT_EQ(output.exit_code, 0) << output.err;
  ASSERT_EQ(kubectl({"delete", "configmap", "owner", "-n", "orphans"}).exit_code, 0);
  EXPECT_TRUE(eventually("the owned ConfigMap is collected", [&] {
    const auto found = kubectl.get({"configmap", "owned", "-n", "orphans"});
    return Observation{.holds = found.is_null(), .seen = found.dump()};
  }));
}

TEST(ControlPlaneTest, AnswersGoneForARevisionThatWasCompacted) {
  ControlPlane control_plane;
  const auto kubectl = control_plane.kubectl();
  ASSERT_EQ(kubectl({"create", "configmap", "later"}).exit_code, 0);
  const std::vector<std::string> old_list{"get", "--raw",
                                          "/api/v1/configmaps?resourceVersion=2&resourceVersionMatch=Exact"};
  ASSERT_EQ(kubectl(old_list).exit_code, 0);
  control_plane.compact();
  control_plane.restart_apiserver();
  EXPECT_THAT(kubectl(old_list).err, HasSubstr("too old"));
  EXPECT_THAT(kubectl({"get", "--raw", "/api/v1/configmaps?watch=true&resourceVersion=2&timeoutSeconds=1"}).out,
              HasSubstr("\"code\":410"));
}

TEST(ControlPlaneTest, KeepsAuthorityPortAndDataOverRestarts) {
  ControlPlane control_plane;
  const auto kubectl = control_plane.kubectl();
  const auto jane = control_plane.user("jane@acme.example");
  const auto authority = pem(control_plane, "ca.crt");
  ASSERT_EQ(kubectl({"create", "configmap", "kept", "--from-literal=a=b"}).exit_code, 0);

  control_plane.restart_apiserver();
  EXPECT_EQ(kubectl({"get", "configmap", "kept"}).exit_code, 0);

  control_plane.stop();
  EXPECT_NE(kubectl({"get", "configmap", "kept"}).exit_code, 0);
  EXPECT_THAT(processes_of(control_plane.directory()), ElementsAre());
  control_plane.start();
  EXPECT_EQ(kubectl({"get", "configmap", "kept"}).exit_code, 0);
  EXPECT_EQ(jane({"auth", "whoami"}).exit_code, 0);
  EXPECT_EQ(pem(control_plane, "ca.crt"), authority);
}

TEST(ControlPlaneTest, StartsTwoAtTheSameTimeThatShareNothing) {
  const auto make = [] { return std::make_unique<ControlPlane>(); };
  auto first = std::async(std::launch::async, make);
  const auto second = make();
  const auto other = first.get();
  ASSERT_EQ(second->kubectl()({"create", "configmap", "mine"}).exit_code, 0);
  EXPECT_TRUE(other->kubectl().get({"configmap", "mine"}).is_null());
  EXPECT_NE(pem(*second, "ca.crt"), pem(*other, "ca.crt"));
}

TEST(ControlPlaneTest, LetsOnlyTheOwnerReadPrivateKeys) {
  using std::filesystem::perms;
  for (const auto& entry : std::filesystem::directory_iterator(shared_control_plane().directory() / "pki")) {
    if (entry.path().extension() == ".key") {
      EXPECT_EQ(entry.status().permissions(), perms::owner_read | perms::owner_write) << entry.path();
    }
  }
}

// A process that starts a control plane and then waits to be killed; writes the folder to `report`.
[[noreturn]] void start_and_wait(int report) {
  // When the test gives up early, this must not stay behind.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const ControlPlane control_plane;
  const auto directory = control_plane.directory().string();
  if (::write(report, directory.data(), directory.size()) < 0) ::_exit(EXIT_FAILURE);
  ::close(report);
  while (true) {
    ::pause();
  }
}

TEST(ControlPlaneTest, LeavesNothingRunningWhenItsProcessIsKilled) {
  std::array<int, 2> report{};
  ASSERT_EQ(::pipe(report.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    start_and_wait(report[1]);
  }
  ::close(report[1]);
  std::string directory;
  std::array<char, 4096> buffer{};
  for (ssize_t got = 0; (got = ::read(report[0], buffer.data(), buffer.size())) > 0;) {
    directory.append(buffer.data(), static_cast<std::size_t>(got));
  }
  ::close(report[0]);
  const auto pids = processes_of(directory);
  ASSERT_EQ(pids.size(), 4U);
  ASSERT_TRUE(std::ranges::all_of(pids, runs));

  ::kill(child, SIGKILL);
  EXPECT_TRUE(eventually("all that the killed process had started has ended", [&] {
    return Observation{.holds = std::ranges::none_of(pids, runs),
                       .seen = std::to_string(std::ranges::count_if(pids, runs)) + " still run"};
  }));
  ::waitpid(child, nullptr, 0);
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace guildhall::tests::cluster
