// Many Members in many namespaces: one of them gets another role.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/integration/kube_client_fixture.hpp"
#include "tests/integration/member_fixture.hpp"

namespace guildhall::tests {
namespace {

using cluster::eventually;
using cluster::Observation;
using nlohmann::json;

constexpr int kMembers = 100;
constexpr int kNamespaces = 10;

/// Asks the server again and again, over a connection of its own, for what a Member of any role may read.
class Watchman {
 public:
  Watchman(const cluster::Kubectl& member, const std::vector<std::string>& namespaces)
      : client_(client_of(member.kubeconfig())), namespaces_(namespaces), thread_([this](const std::stop_token& stop) {
          while (!stop.stop_requested())
            look_around();
        }) {}

  [[nodiscard]] int rounds() const { return rounds_; }
  /// What was refused, after the last round.
  [[nodiscard]] std::string stop() {
    thread_.request_stop();
    thread_.join();
    return refused_;
  }

 private:
  void look_around() {
    look({"guildhall.dev", "v1alpha1", "organizations", "Organization", false}, {"", "crowd"});
    look({"guildhall.dev", "v1alpha1", "members", "Member", true}, {"crowd", "none"});
    for (const auto& ns : namespaces_)
      look({"", "v1", "events", "Event", true}, {ns, "none"});
    ++rounds_;
  }
  /// Whether there is such an object does not matter.
  void look(const core::ResourceType& type, const core::ObjectKey& key) {
    const auto answer = client_->get(type, key);
    if (!answer && answer.error().kind != core::ErrorKind::NotFound) refused_ += answer.error().describe() + "\n";
  }

  std::unique_ptr<kube::Client> client_;
  std::vector<std::string> namespaces_;
  std::atomic<int> rounds_ = 0;
  std::string refused_;
  std::jthread thread_;
};

class MemberCrowd : public MemberFixture {
 protected:
  static json object(const char* version, const char* kind, json metadata, json spec) {
    return {{"apiVersion", version}, {"kind", kind}, {"metadata", std::move(metadata)}, {"spec", std::move(spec)}};
  }
  static std::string name(int member) { return fmt::format("m{:02}", member); }

  void make() {
    for (int i = 0; i < kNamespaces; ++i)
      namespaces_.push_back(fmt::format("crowd-{}", i));
    json items = json::array();
    for (const auto& ns : namespaces_)
      items.push_back(object("v1", "Namespace", {{"name", ns}}, json::object()));
    items.push_back(object("v1", "Namespace", {{"name", "crowd"}}, json::object()));
    items.push_back(object("guildhall.dev/v1alpha1", "Organization", {{"name", "crowd"}},
                           {{"displayName", "Crowd"}, {"namespaces", namespaces_}}));
    for (int i = 0; i < kMembers; ++i) {
      items.push_back(object("guildhall.dev/v1alpha1", "Member", {{"name", name(i)}, {"namespace", "crowd"}},
                             {{"email", name(i) + "@crowd.example"},
                              {"role", i % 10 == 0 ? "Admin" : "Editor"},
                              {"invitation", {{"delivery", "None"}}}}));
    }
    apply(json{{"apiVersion", "v1"}, {"kind", "List"}, {"items", items}}.dump());
  }
  /// Everybody is Active and has his role in all namespaces.
  [[nodiscard]] testing::AssertionResult settles() const {
    return eventually("every Member is Active", [&] {
      const json members = kubectl_.get({"members", "-n", "crowd"});
      int active = 0;
      for (const auto& member : members.at("items"))
        active += condition(member, "Ready") == "True/Active" && condition(member, "RoleBound") == "True/Bound";
      return Observation{active == kMembers, fmt::format("{} are", active)};
    });
  }
  [[nodiscard]] bool stands_everywhere(const std::string& member, const std::string& role, bool wanted) const {
    for (const auto& ns : namespaces_) {
      const std::string subjects = bound(ns, "guildhall:guildhall-deployments-" + role);
      if (subjects.contains(member + "@crowd.example") != wanted) return false;
    }
    return true;
  }

  std::vector<std::string> namespaces_;
};

TEST_F(MemberCrowd, OneOfAHundredGetsAnotherRoleInTenNamespacesWithoutAMomentOfNone) {
  make();
  ASSERT_TRUE(settles());
  const auto& one = member_user("crowd", name(55));
  ASSERT_TRUE(comes_to(one, true, "get", "events", "crowd-9"));
  Watchman watchman(one, namespaces_);
  for (const char* role : {"Viewer", "Admin"}) {
    const int before = watchman.rounds();
    edit("crowd", name(55), fmt::format(R"({{"role":"{}"}})", role));
    EXPECT_TRUE(settles());
    EXPECT_TRUE(eventually("the watchman has looked around after it", [&] {
      return Observation{watchman.rounds() > before + 2, std::to_string(watchman.rounds())};
    }));
  }
  EXPECT_EQ(watchman.stop(), "");
  EXPECT_TRUE(stands_everywhere(name(55), "admin", true));
  EXPECT_TRUE(stands_everywhere(name(55), "editor", false));
  EXPECT_TRUE(stands_everywhere(name(55), "viewer", false));
  EXPECT_TRUE(stands_everywhere(name(54), "editor", true));
}

}  // namespace
}  // namespace guildhall::tests
