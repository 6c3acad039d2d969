#include "operator/records/api_registration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/operator/kube/client_fixture.hpp"
#include "tests/unit/operator/kube/object_keeper.hpp"

namespace guildhall::records {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string kApiServicePath = std::string("/apis/apiregistration.k8s.io/v1/apiservices/") + kApiServiceName;

/// Outside a cluster.
class ApiRegistrationTest : public testing::Test {
 protected:
  /// What a process writes that looks twice.
  std::vector<std::string> writes_of(const std::string& process) {
    kube::Client client(keeper_, {}, metrics_);
    ApiRegistration registration(client, {.ns = "guildhall-system", .external_host = "127.0.0.1"}, process);
    registration.set_port(8443);
    EXPECT_TRUE(registration.keep("authorities", {}));
    EXPECT_TRUE(registration.keep("authorities", {}));
    return keeper_->take_writes();
  }
  std::vector<std::string> withdrawal() {
    kube::Client client(keeper_, {}, metrics_);
    ApiRegistration registration(client, {.ns = "guildhall-system", .external_host = "127.0.0.1"}, "one");
    EXPECT_TRUE(registration.withdraw({}));
    return keeper_->take_writes();
  }
  json& api_service() { return keeper_->object(kApiServicePath); }
  void set_available(const char* status) {
    api_service()["status"]["conditions"] = json::array({{{"type", "Available"}, {"status", status}}});
  }

 private:
  kube::RecordedMetrics metrics_;
  std::shared_ptr<kube::ObjectKeeper> keeper_ = std::make_shared<kube::ObjectKeeper>();
};

TEST_F(ApiRegistrationTest, IsMadeOnceWithItsService) {
  EXPECT_THAT(writes_of("one"), ElementsAre("POST /api/v1/namespaces/guildhall-system/services/guildhall-operator",
                                            "POST " + kApiServicePath));
  EXPECT_EQ(api_service()["spec"]["service"]["port"], 8443);
  EXPECT_THAT(writes_of("two"), IsEmpty());
}

TEST_F(ApiRegistrationTest, IsPutBack) {
  writes_of("one");
  api_service()["spec"]["caBundle"] = "another";
  EXPECT_THAT(writes_of("one"), ElementsAre("PUT " + kApiServicePath));
}

TEST_F(ApiRegistrationTest, IsTakenAwayByWhomItWasMadeWhenRecordsAreNotServed) {
  EXPECT_THAT(withdrawal(), IsEmpty()) << "there is none";
  writes_of("one");
  EXPECT_THAT(withdrawal(), ElementsAre("DELETE " + kApiServicePath));
  EXPECT_THAT(withdrawal(), IsEmpty());
  writes_of("one");
  api_service()["metadata"]["labels"] = json::object();
  EXPECT_THAT(withdrawal(), IsEmpty()) << "that is somebody else's";
}

TEST_F(ApiRegistrationTest, IsSignedOnceByEachProcessThatFindsItUnavailable) {
  writes_of("one");
  set_available("True");
  EXPECT_THAT(writes_of("two"), IsEmpty());
  set_available("False");
  EXPECT_THAT(writes_of("two"), ElementsAre("PUT " + kApiServicePath)) << "once, however long it stays unavailable";
  EXPECT_EQ(api_service()["metadata"]["annotations"][kServedByAnnotation], "two");
  set_available("False");
  EXPECT_THAT(writes_of("three"), ElementsAre("PUT " + kApiServicePath));
  EXPECT_EQ(api_service()["metadata"]["annotations"][kServedByAnnotation], "three");
}

}  // namespace
}  // namespace guildhall::records
