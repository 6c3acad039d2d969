// An API server in memory that keeps single objects: GET, POST, PUT and DELETE, with versions that must be met.
#pragma once

#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "operator/kube/transport.hpp"

namespace guildhall::kube {

/// Thread-safe but for object().
class ObjectKeeper final : public HttpTransport {
 public:
  core::Result<HttpResponse> send(const HttpRequest& request, const std::stop_token& stop) override;
  /// Nothing can be watched.
  core::Result<HttpResponse> stream(const HttpRequest& request, std::chrono::milliseconds silence,
                                    const LineHandler& on_line, const std::stop_token& stop) override;
  std::string host() const override { return "keeper:6443"; }

  /// What stands at that path.
  nlohmann::json& object(const std::string& path) { return objects_[path]; }
  /// "PUT /api/v1/...": each write that took place since the last call.
  std::vector<std::string> take_writes();

 private:
  HttpResponse read(const std::string& path) const;
  HttpResponse create(const std::string& path, nlohmann::json object);
  HttpResponse remove(const std::string& path);
  HttpResponse replace(const std::string& path, nlohmann::json object);
  HttpResponse keep(const std::string& path, nlohmann::json object);

  mutable std::mutex mutex_;
  std::map<std::string, nlohmann::json> objects_;
  std::vector<std::string> writes_;
  int version_ = 0;
};

}  // namespace guildhall::kube
