#include "operator/records/api_registration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "tests/unit/operator/kube/client_fixture.hpp"

namespace guildhall::records {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string kApiServiceTarget = std::string("/apis/apiregistration.k8s.io/v1/apiservices/") + kApiServiceName;

/// Outside a cluster, against an API server that keeps what it is given.
class ApiRegistrationTest : public testing::Test {
 protected:
  ApiRegistrationTest() {
    transport_->then([this](const kube::HttpRequest& request, const kube::LineHandler*, const std::stop_token&) {
      return answer(request);
    });
  }

  void keep(const std::string& process) {
    kube::Client client(transport_, {}, metrics_);
    ApiRegistration registration(client, {.ns = "guildhall-system", .external_host = "127.0.0.1"}, process);
    registration.set_port(8443);
    written_.clear();
    ASSERT_TRUE(registration.keep("authorities", {}));
    ASSERT_TRUE(registration.keep("authorities", {}));
  }
  json& api_service() { return objects_[kApiServiceTarget]; }
  void set_available(const char* status) {
    api_service()["status"]["conditions"] = json::array({{{"type", "Available"}, {"status", status}}});
  }

  std::vector<std::string> written_;  ///< by the last keep()

 private:
  kube::HttpResponse answer(const kube::HttpRequest& request) {
    if (request.method == "GET") {
      const auto found = objects_.find(request.target);
      return found == objects_.end() ? kube::HttpResponse{.status = 404, .headers = {}, .body = "{}"}
                                     : kube::HttpResponse{.status = 200, .headers = {}, .body = found->second.dump()};
    }
    const json object = json::parse(request.body);
    std::string target = request.target.substr(0, request.target.find('?'));
    if (request.method == "POST") target += "/" + object["metadata"]["name"].get<std::string>();
    written_.push_back(request.method + " " + target);
    objects_[target] = object;
    return {.status = 200, .headers = {}, .body = object.dump()};
  }

  std::map<std::string, json> objects_;
  kube::RecordedMetrics metrics_;
  std::shared_ptr<kube::FakeTransport> transport_ = std::make_shared<kube::FakeTransport>();
};

TEST_F(ApiRegistrationTest, IsMadeOnceWithItsService) {
  keep("one");
  EXPECT_THAT(written_, ElementsAre("POST /api/v1/namespaces/guildhall-system/services/guildhall-operator",
                                    "POST " + kApiServiceTarget));
  EXPECT_EQ(api_service()["spec"]["service"]["port"], 8443);
  keep("two");
  EXPECT_THAT(written_, IsEmpty());
}

TEST_F(ApiRegistrationTest, IsPutBack) {
  keep("one");
  api_service()["spec"]["caBundle"] = "another";
  keep("one");
  EXPECT_THAT(written_, ElementsAre("PUT " + kApiServiceTarget));
}

TEST_F(ApiRegistrationTest, IsSignedOnceByEachProcessThatFindsItUnavailable) {
  keep("one");
  set_available("True");
  keep("two");
  EXPECT_THAT(written_, IsEmpty());
  set_available("False");
  keep("two");
  EXPECT_THAT(written_, ElementsAre("PUT " + kApiServiceTarget)) << "once, however long it stays unavailable";
  EXPECT_EQ(api_service()["metadata"]["annotations"][kServedByAnnotation], "two");
  keep("three");
  EXPECT_THAT(written_, Contains("PUT " + kApiServiceTarget));
  EXPECT_EQ(api_service()["metadata"]["annotations"][kServedByAnnotation], "three");
}

}  // namespace
}  // namespace guildhall::records
