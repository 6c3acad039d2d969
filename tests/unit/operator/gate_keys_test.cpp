#include "operator/gate_keys.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/operator/kube/cache/fill_cache.hpp"

namespace guildhall {
namespace {

using nlohmann::json;

json key(const std::string& name, const std::string& uid, int version) {
  return {
      {"apiVersion", "guildhall.dev/v1alpha1"},
      {"kind", "ApiKey"},
      {"metadata", {{"name", name}, {"namespace", "acme"}, {"uid", uid}, {"resourceVersion", std::to_string(version)}}},
      {"spec",
       {{"displayName", name},
        {"permissions", "Read"},
        {"neverExpires", true},
        {"deployments", {{"names", {"metrics"}}}}}},
      {"status", {{"organization", "acme"}}}};
}

class TheKeysOfAGate : public ::testing::Test {
 protected:
  [[nodiscard]] std::string uid_of(const std::string& name) const {
    std::string uid;
    table_.look_at({"acme", name}, [&](const gate::KeyEntry& entry) { uid = entry.uid; });
    return uid;
  }
  gate::KeyTable table_;
  GateKeys keys_{table_};
};

TEST_F(TheKeysOfAGate, LieInItsTable) {
  tests::fill_cache(keys_, {key("a", "u-1", 1), key("b", "u-2", 2)});
  EXPECT_TRUE(keys_.synced());
  EXPECT_TRUE(keys_.has_seen("2"));
  EXPECT_EQ(keys_.size(), 2U);
  EXPECT_EQ(uid_of("a"), "u-1");
  EXPECT_FALSE(keys_.is_gone({"acme", "a"}, "u-1"));
  EXPECT_TRUE(keys_.is_gone({"acme", "a"}, "u-9"));
}

TEST_F(TheKeysOfAGate, FollowALaterList) {
  tests::fill_cache(keys_, {key("a", "u-1", 1), key("b", "u-2", 2)});
  tests::fill_cache(keys_, {key("a", "u-3", 3)});
  EXPECT_EQ(uid_of("a"), "u-3");
  EXPECT_EQ(uid_of("b"), "") << "it went while nobody watched";
  EXPECT_EQ(keys_.size(), 1U);
}

TEST_F(TheKeysOfAGate, LeaveOutWhatNobodyCanRead) {
  json broken = key("b", "u-2", 2);
  broken["spec"]["permissions"] = "Anything";
  tests::fill_cache(keys_, {key("a", "u-1", 1), broken});
  EXPECT_EQ(keys_.size(), 1U);
  broken["metadata"]["name"] = "a";
  broken["metadata"]["resourceVersion"] = "3";
  tests::fill_cache(keys_, {broken});
  EXPECT_EQ(keys_.size(), 0U) << "of a key that cannot be read any more nothing is accepted";
}

}  // namespace
}  // namespace guildhall
