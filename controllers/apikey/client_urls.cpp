#include "controllers/apikey/client_urls.hpp"

#include <fmt/format.h>

#include <set>

namespace guildhall::controllers::apikey {
namespace {

using Product = api::OrganizationDeploymentProduct;

std::string path_of(Product product, const char* component, const api::OrganizationTenant& tenant) {
  if (product == Product::VMSingle) return "";
  return fmt::format("/{}/{}:{}/prometheus", component, tenant.account_id, tenant.project_id);
}

}  // namespace

ClientUrls client_urls(const std::vector<api::OrganizationDeployment>& deployments,
                       const api::OrganizationTenant& tenant) {
  std::set<std::string> read;
  std::set<std::string> write;
  for (const auto& one : deployments) {
    if (one.product != Product::VMSingle && one.product != Product::VMCluster) continue;
    const auto& written = one.write_url ? one.write_url : one.url;
    if (one.url) read.insert(*one.url + path_of(one.product, "select", tenant));
    if (written) write.insert(*written + path_of(one.product, "insert", tenant));
  }
  return {.read = {read.begin(), read.end()}, .write = {write.begin(), write.end()}};
}

}  // namespace guildhall::controllers::apikey
