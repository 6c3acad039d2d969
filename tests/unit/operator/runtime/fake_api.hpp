#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "operator/core/resource_type.hpp"
#include "operator/kube/client.hpp"
#include "operator/kube/transport.hpp"

namespace guildhall::tests {

// The part of an API server that the engine and the lease need, in memory: objects with versions, UIDs, preconditions,
// finalizers, merge patch and a simple apply. It is there for faults at exact places; what the real server does is
// tested in tests/integration. Thread-safe.
class FakeApi final : public kube::HttpTransport {
 public:
  // Answers in place of the server; unset: the server answers. `write` counts the writes so far, from 1; 0: a read.
  using Fault = std::function<std::optional<core::Result<kube::HttpResponse>>(const kube::HttpRequest&, int write)>;

  core::Result<kube::HttpResponse> send(const kube::HttpRequest& request, const std::stop_token& stop) override;
  // Says nothing until it is stopped.
  core::Result<kube::HttpResponse> stream(const kube::HttpRequest& request, std::chrono::milliseconds silence,
                                          const kube::LineHandler& on_line, const std::stop_token& stop) override;

  void set_fault(Fault fault);
  // From the write after the n-th on the connection is lost: nothing arrives. As after a kill.
  void cut_after(int writes);
  // The n-th write arrives, its answer does not; then as cut_after(n).
  void lose_answer_of(int write);
  void heal();
  // Puts an object there, with a new uid and version; returns it.
  nlohmann::json put(const core::ResourceType& type, const core::ObjectKey& key, nlohmann::json object);
  [[nodiscard]] std::optional<nlohmann::json> find(const core::ResourceType& type, const core::ObjectKey& key) const;
  void erase(const core::ResourceType& type, const core::ObjectKey& key);

  // "PATCH /apis/guildhall.dev/v1alpha1/namespaces/acme/apikeys/grafana/status", without the query, in order.
  [[nodiscard]] std::vector<std::string> writes() const;
  [[nodiscard]] std::vector<nlohmann::json> bodies() const;
  // Writes that the server took or refused, and reads.
  [[nodiscard]] int requests() const;
  void forget_requests();
  // Every object by path, without versions, uids and times: to compare end states.
  [[nodiscard]] std::map<std::string, nlohmann::json> content() const;

 private:
  kube::HttpResponse answer(const kube::HttpRequest& request, const std::string& path);
  kube::HttpResponse create(const std::string& path, nlohmann::json object);
  kube::HttpResponse update(const std::string& path, const kube::HttpRequest& request);
  kube::HttpResponse remove(const std::string& path, const nlohmann::json& options);
  kube::HttpResponse store(const std::string& path, nlohmann::json object, int status);

  mutable std::mutex mutex_;
  std::map<std::string, nlohmann::json> objects_;
  std::vector<std::string> writes_;
  std::vector<nlohmann::json> bodies_;
  Fault fault_;
  std::optional<int> cut_after_;
  bool lose_last_answer_ = false;
  int version_ = 100;
  int uids_ = 0;
  int requests_ = 0;
};

// Options of a client that leaves every failure to its caller.
kube::ClientOptions one_attempt();

// A Status of the API, as a response.
kube::HttpResponse refusal(int code, const std::string& reason, const std::string& message);

}  // namespace guildhall::tests
