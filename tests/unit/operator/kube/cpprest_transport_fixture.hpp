#pragma once

#include <memory>
#include <string>
#include <utility>

#include "operator/kube/cpprest_transport.hpp"

/// What the tests of the transport share: how to make one, what to ask, and an outcome in words.
namespace guildhall::kube {

template <class T>
inline std::string failure_of(const core::Result<T>& result) {
  return result ? "" : std::string(core::to_string(result.error().kind)) + ": " + result.error().describe();
}

template <class T>
inline std::string kind_of(const core::Result<T>& result) {
  return result ? "" : std::string(core::to_string(result.error().kind));
}

inline ClusterConfig config_at(const std::string& url, ClusterConfig config = {}) {
  config.server = url;
  return config;
}

/// `read` gives the files that the config names.
std::shared_ptr<HttpTransport> transport_to(const std::string& url, ClusterConfig config = {},
                                            const FileReader& read = read_file);
std::shared_ptr<HttpTransport> prompt_transport_to(const std::string& url, ClusterConfig config = {},
                                                   const FileReader& read = read_file);

inline HttpRequest request_of(std::string method, std::string body = {}) {
  HttpRequest request;
  request.method = std::move(method);
  request.target = "/api/v1/x%2Fy?a=b%2Cc";
  request.content_type = body.empty() ? "" : "application/json";
  request.body = std::move(body);
  return request;
}

}  // namespace guildhall::kube
