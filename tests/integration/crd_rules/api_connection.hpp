// One HTTPS connection to the API server, kept open.
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace guildhall::tests::crd_rules {

struct Request {
  std::string method;
  std::string target;  // path and query
  std::string body;
  std::string content_type = "application/json";
};

struct Answer {
  unsigned status = 0;
  std::string body;
};

// Speaks as the client-certificate user of a kubeconfig with embedded data, and trusts only its CA.
// Throws std::exception when the kubeconfig cannot be used or the connection fails. Not thread-safe.
class ApiConnection {
 public:
  explicit ApiConnection(const std::filesystem::path& kubeconfig);
  ~ApiConnection();
  ApiConnection(const ApiConnection&) = delete;
  ApiConnection& operator=(const ApiConnection&) = delete;
  ApiConnection(ApiConnection&&) = delete;
  ApiConnection& operator=(ApiConnection&&) = delete;

  [[nodiscard]] Answer send(const Request& request);

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

}  // namespace guildhall::tests::crd_rules
