#include "tests/unit/operator/kube/cpprest_transport_fixture.hpp"

#include <stdexcept>

#include "operator/kube/prompt_transport.hpp"

namespace guildhall::kube {

namespace {

std::shared_ptr<Credentials> credentials_for(const std::string& url, ClusterConfig config, const FileReader& read) {
  CredentialSources sources;
  sources.read = read;
  return std::make_shared<Credentials>(config_at(url, std::move(config)), std::move(sources));
}

std::shared_ptr<HttpTransport> cpprest_with(const std::shared_ptr<Credentials>& credentials) {
  auto transport = make_cpprest_transport(credentials);
  if (!transport) throw std::runtime_error(failure_of(transport));
  return *transport;
}

}  // namespace

std::shared_ptr<HttpTransport> transport_to(const std::string& url, ClusterConfig config, const FileReader& read) {
  return cpprest_with(credentials_for(url, std::move(config), read));
}

std::shared_ptr<HttpTransport> prompt_transport_to(const std::string& url, ClusterConfig config,
                                                   const FileReader& read) {
  const auto credentials = credentials_for(url, std::move(config), read);
  return make_prompt_transport(credentials, cpprest_with(credentials));
}

}  // namespace guildhall::kube
