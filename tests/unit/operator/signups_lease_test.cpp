#include "operator/signups_lease.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/operator/runtime/fake_api.hpp"
#include "tests/unit/operator/runtime/fake_metrics.hpp"

namespace guildhall {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const core::Timestamp kNoon = *core::parse_timestamp("2026-11-24T12:00:00Z");

class SignupsLeaseTest : public testing::Test {
 protected:
  SignupsLeaseTest()
      : client_(api_, tests::one_attempt(), metrics_),
        one_(client_, "guildhall-system"),
        two_(client_, "guildhall-system") {}

  static PendingSignups acme_by_ada() { return {{"acme", {.by = "ada", .since = kNoon}}}; }

  tests::FakeMetrics metrics_;
  std::shared_ptr<tests::FakeApi> api_ = std::make_shared<tests::FakeApi>();
  kube::Client client_;
  SignupsLease one_;
  SignupsLease two_;  ///< of another replica
};

TEST_F(SignupsLeaseTest, IsReadByTheOtherReplica) {
  ASSERT_TRUE(one_.read({}));
  EXPECT_THAT(one_.pending(kNoon), IsEmpty());
  EXPECT_TRUE(one_.write(acme_by_ada(), {}).value());
  ASSERT_TRUE(two_.read({}));
  const auto pending = two_.pending(kNoon + seconds(1));
  ASSERT_THAT(pending, SizeIs(1));
  EXPECT_EQ(pending.at("acme").by, "ada");
  EXPECT_EQ(pending.at("acme").since, kNoon);
}

TEST_F(SignupsLeaseTest, ForgetsAfterAMinute) {
  ASSERT_TRUE(one_.read({}));
  ASSERT_TRUE(one_.write(acme_by_ada(), {}).value());
  EXPECT_THAT(one_.pending(kNoon + seconds(59)), SizeIs(1));
  EXPECT_THAT(one_.pending(kNoon + seconds(60)), IsEmpty());
}

TEST_F(SignupsLeaseTest, TellsWhoComesSecondToReadItAgain) {
  ASSERT_TRUE(one_.read({}));
  ASSERT_TRUE(two_.read({}));
  EXPECT_TRUE(one_.write(acme_by_ada(), {}).value());
  EXPECT_FALSE(two_.write(acme_by_ada(), {}).value()) << "both wanted to make it";
  ASSERT_TRUE(two_.read({}));
  EXPECT_THAT(two_.pending(kNoon), SizeIs(1));
  EXPECT_TRUE(two_.write({}, {}).value());
  EXPECT_FALSE(one_.write(acme_by_ada(), {}).value()) << "both wanted to replace it";
}

TEST_F(SignupsLeaseTest, TakesWhatItCannotReadForNothing) {
  ASSERT_TRUE(one_.read({}));
  ASSERT_TRUE(one_.write(acme_by_ada(), {}).value());
  const core::ObjectKey key{"guildhall-system", "guildhall-signups"};
  json lease = *api_->find(core::types::leases(), key);
  for (const char* text : {"", "7", "[]", R"({"acme":7})", R"({"acme":{"by":"ada","since":"then"}})"}) {
    lease["metadata"]["annotations"]["guildhall.dev/pending-signups"] = text;
    api_->put(core::types::leases(), key, lease);
    ASSERT_TRUE(two_.read({}));
    EXPECT_THAT(two_.pending(kNoon), IsEmpty()) << text;
  }
}

}  // namespace
}  // namespace guildhall
