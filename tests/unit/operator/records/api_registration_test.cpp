#include "operator/records/api_registration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "tests/unit/operator/runtime/fake_api.hpp"
#include "tests/unit/operator/runtime/fake_metrics.hpp"

namespace guildhall::records {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const core::ObjectKey kKey{"", kApiServiceName};
const std::string kApiServices = "/apis/apiregistration.k8s.io/v1/apiservices";
const std::string kApiServicePath = kApiServices + "/" + kApiServiceName;

/// Outside a cluster.
class ApiRegistrationTest : public testing::Test {
 protected:
  /// What a process writes that looks twice.
  std::vector<std::string> writes_of(const std::string& process) {
    kube::Client client(api_, tests::one_attempt(), metrics_);
    ApiRegistration registration(client, {.ns = "guildhall-system", .external_host = "127.0.0.1"}, process);
    registration.set_port(8443);
    EXPECT_TRUE(registration.keep("authorities", {}));
    EXPECT_TRUE(registration.keep("authorities", {}));
    return take_writes();
  }
  std::vector<std::string> withdrawal() {
    kube::Client client(api_, tests::one_attempt(), metrics_);
    ApiRegistration registration(client, {.ns = "guildhall-system", .external_host = "127.0.0.1"}, "one");
    EXPECT_TRUE(registration.withdraw({}));
    return take_writes();
  }
  [[nodiscard]] json api_service() const { return *api_->find(core::types::api_services(), kKey); }
  void edit(const std::function<void(json& object)>& how) {
    json object = api_service();
    how(object);
    api_->put(core::types::api_services(), kKey, object);
  }
  void set_available(const char* status) {
    edit([&](json& object) {
      object["status"]["conditions"] = json::array({{{"type", "Available"}, {"status", status}}});
    });
  }

 private:
  std::vector<std::string> take_writes() {
    const auto writes = api_->writes();
    api_->forget_requests();
    return writes;
  }

  tests::FakeMetrics metrics_;
  std::shared_ptr<tests::FakeApi> api_ = std::make_shared<tests::FakeApi>();
};

TEST_F(ApiRegistrationTest, IsMadeOnceWithItsService) {
  EXPECT_THAT(writes_of("one"),
              ElementsAre("POST /api/v1/namespaces/guildhall-system/services", "POST " + kApiServices));
  EXPECT_EQ(api_service()["spec"]["service"]["port"], 8443);
  EXPECT_THAT(writes_of("two"), IsEmpty());
}

TEST_F(ApiRegistrationTest, IsPutBack) {
  writes_of("one");
  edit([](json& object) { object["spec"]["caBundle"] = "another"; });
  EXPECT_THAT(writes_of("one"), ElementsAre("PUT " + kApiServicePath));
}

TEST_F(ApiRegistrationTest, IsTakenAwayByWhomItWasMadeWhenRecordsAreNotServed) {
  EXPECT_THAT(withdrawal(), IsEmpty()) << "there is none";
  writes_of("one");
  EXPECT_THAT(withdrawal(), ElementsAre("DELETE " + kApiServicePath));
  EXPECT_THAT(withdrawal(), IsEmpty());
  writes_of("one");
  edit([](json& object) { object["metadata"]["labels"] = json::object(); });
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
