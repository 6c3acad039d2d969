#include "controllers/apikey/client_urls.hpp"

#include <gtest/gtest.h>

namespace guildhall::controllers::apikey {
namespace {

using Product = api::OrganizationDeploymentProduct;

api::OrganizationDeployment deployment(Product product, const char* url, const char* write_url = nullptr) {
  api::OrganizationDeployment result;
  result.product = product;
  if (url != nullptr) result.url = url;
  if (write_url != nullptr) result.write_url = write_url;
  return result;
}

TEST(ClientUrls, AreOfWhatHoldsMetrics) {
  const api::OrganizationTenant tenant{.account_id = 7, .project_id = 3, .unknown = {}};
  EXPECT_EQ(client_urls({deployment(Product::VMSingle, "http://b"), deployment(Product::VMSingle, "http://a"),
                         deployment(Product::VMCluster, "http://s", "http://i"),
                         deployment(Product::VLSingle, "http://l"), deployment(Product::VTCluster, "http://t")},
                        tenant),
            (ClientUrls{.read = {"http://a", "http://b", "http://s/select/7:3/prometheus"},
                        .write = {"http://a", "http://b", "http://i/insert/7:3/prometheus"}}));
  EXPECT_EQ(client_urls({deployment(Product::VMCluster, nullptr, "http://i")}, {}),
            (ClientUrls{.read = {}, .write = {"http://i/insert/0:0/prometheus"}}));
  EXPECT_EQ(
      client_urls({deployment(Product::VMCluster, "http://front")}, {}),
      (ClientUrls{.read = {"http://front/select/0:0/prometheus"}, .write = {"http://front/insert/0:0/prometheus"}}))
      << "a Service before both";
}

}  // namespace
}  // namespace guildhall::controllers::apikey
