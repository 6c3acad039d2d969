// The Secret of the seal keys: made once, never anew, watched, written back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cluster/http_get.hpp"
#include "tests/integration/apikey_fixture.hpp"

namespace guildhall::tests {
namespace {

using cluster::eventually;
using cluster::Observation;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kName = "guildhall-seal-keys";
constexpr const char* kNamespace = "guildhall-system";

/// 32 bytes of that character, as a Secret has them.
std::string key_of(char fill) {
  return kube::encode_base64(std::string(32, fill));
}

class SealKeysTest : public ApiKeyFixture {
 protected:
  [[nodiscard]] json seal_keys() const { return kubectl_.get({"secret", kName, "-n", kNamespace}); }
  void put(const json& data) const {
    const json object = {{"apiVersion", "v1"},
                         {"kind", "Secret"},
                         {"metadata", {{"name", kName}, {"namespace", kNamespace}}},
                         {"type", "guildhall.dev/seal-keys"},
                         {"data", data}};
    const auto replaced = kubectl_({"replace", "-f", "-"}, object.dump());
    if (replaced.exit_code != 0) run_with({"create", "-f", "-"}, object);
  }
  void run_with(const std::vector<std::string>& arguments, const json& object) const {
    const auto output = kubectl_(arguments, object.dump());
    ASSERT_EQ(output.exit_code, 0) << output.err;
  }
  void remove() const { run({"delete", "secret", kName, "-n", kNamespace}); }
  [[nodiscard]] std::string seal(const std::string& name) const {
    return text(secret(name), "/metadata/annotations/guildhall.dev~1seal");
  }
  [[nodiscard]] testing::AssertionResult readyz_says(const std::string& wanted) const {
    return eventually("/readyz says " + wanted, [&] {
      const auto answer = cluster::http_get(operator_->metrics_port(), "/readyz?verbose");
      return Observation{answer.status != 0 && answer.body.find(wanted) != std::string::npos, answer.body};
    });
  }
};

TEST_F(SealKeysTest, AreMadeOnceAndHoldOneKey) {
  const json made = seal_keys();
  EXPECT_EQ(made["type"], "guildhall.dev/seal-keys");
  ASSERT_EQ(made["data"].size(), 1U);
  EXPECT_EQ(kube::decode_base64(made["data"]["k1"].get<std::string>()).value_or("").size(), 32U);
  kill_operator();
  start_operator();
  EXPECT_EQ(seal_keys()["metadata"]["uid"], made["metadata"]["uid"]);
}

TEST_F(SealKeysTest, AreNeverMadeAnewWhileSomethingIsSealed) {
  apply_key("sealed", "neverExpires: true");
  const std::string token = settled_token("sealed");
  const json backup = seal_keys();
  kill_operator();
  remove();
  const json before = secret("sealed");

  launch_operator();
  ASSERT_TRUE(readyz_says("SealKeyMissing"));
  EXPECT_THAT(operator_->log(), HasSubstr("SealKeyMissing: there are objects that were sealed"));
  EXPECT_TRUE(seal_keys().is_null());
  EXPECT_EQ(secret("sealed"), before);

  put(backup["data"]);
  operator_->wait_ready();
  EXPECT_EQ(settled_token("sealed"), token);
}

TEST_F(SealKeysTest, ThatAreDeletedWhileTheOperatorRunsAreWrittenAgain) {
  const json before = seal_keys();
  remove();
  ASSERT_TRUE(eventually("the seal keys are back", [&] {
    const json object = seal_keys();
    return Observation{object.is_object() && object["data"] == before["data"], "not shown: it holds the keys"};
  }));
  ASSERT_TRUE(readyz_says("[+]seal-keys ok"));
}

TEST_F(SealKeysTest, ThatAreAddedSignAtOnceAndTheOldOnesVerify) {
  apply_key("old", "neverExpires: true");
  const std::string token = settled_token("old");
  json data = seal_keys()["data"];
  data["k2"] = key_of('2');
  put(data);
  ASSERT_TRUE(eventually("a new key is sealed by k2", [&] {
    run({"delete", "apikey", "new", "-n", "keys", "--ignore-not-found"});
    apply_key("new", "neverExpires: true");
    EXPECT_FALSE(settled_token("new").empty());
    return Observation{seal("new").starts_with("k2."), seal("new")};
  }));
  EXPECT_THAT(seal("old"), StartsWith("k1."));
  EXPECT_EQ(settled_token("old"), token);
}

TEST_F(SealKeysTest, ThatAreReplacedByOthersStopTheOperatorFromJudging) {
  apply_key("judged", "neverExpires: true");
  const std::string token = settled_token("judged");
  const json data = seal_keys()["data"];
  put({{"k1", key_of('x')}});
  ASSERT_TRUE(becomes("judged", "False/SealKeyMissing"));
  EXPECT_THAT(message(key("judged"), "Stalled"), HasSubstr("restore that key there from the backup"));
  EXPECT_EQ(entry(secret("judged"), "token"), token) << "as it was";

  put(data);
  ASSERT_TRUE(becomes("judged", "True/Active"));
  EXPECT_EQ(settled_token("judged"), token);
}

TEST_F(SealKeysTest, ThatCannotBeReadDoNotReplaceThoseThatCould) {
  apply_key("kept", "neverExpires: true");
  const std::string token = settled_token("kept");
  const json data = seal_keys()["data"];
  put({{"k1", "c2hvcnQ="}});
  ASSERT_TRUE(readyz_says("entry k1 is not a seal key of 32 bytes"));
  run({"delete", "secret", "kept", "-n", "keys"});
  const std::string next = settled_token("kept", token);
  EXPECT_THAT(next, Not(testing::IsEmpty()));
  put(data);
  ASSERT_TRUE(readyz_says("[+]seal-keys ok"));
}

}  // namespace
}  // namespace guildhall::tests
