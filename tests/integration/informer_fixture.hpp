// An informer under test, against a control plane.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "operator/kube/informer.hpp"
#include "tests/cluster/eventually.hpp"
#include "tests/integration/kube_client_fixture.hpp"
#include "tests/unit/operator/runtime/fake_metrics.hpp"

namespace guildhall::tests {

/// What is kept of a ConfigMap.
struct Entry {
  std::string value;
};

inline core::Result<Entry> decode_entry(const nlohmann::json& object) {
  return Entry{object.value("data", nlohmann::json::object()).value("key", "")};
}

/// Stands before another transport; while it is cut, streams end and nothing gets through.
class CuttableTransport final : public kube::HttpTransport {
 public:
  explicit CuttableTransport(std::shared_ptr<kube::HttpTransport> inner) : inner_(std::move(inner)) {}

  void cut() {
    const std::scoped_lock lock(mutex_);
    streams_.request_stop();
  }
  void mend() {
    const std::scoped_lock lock(mutex_);
    streams_ = std::stop_source();
  }

  core::Result<kube::HttpResponse> send(const kube::HttpRequest& request, const std::stop_token& stop) override {
    if (lines_token().stop_requested()) return lost();
    return inner_->send(request, stop);
  }
  core::Result<kube::HttpResponse> stream(const kube::HttpRequest& request, std::chrono::milliseconds silence,
                                          const kube::LineHandler& on_line, const std::stop_token& stop) override {
    const std::stop_token cut = lines_token();
    if (cut.stop_requested()) return lost();
    std::stop_source either;
    const auto end = [&either] { either.request_stop(); };
    const std::stop_callback by_cut(cut, end);
    const std::stop_callback by_stop(stop, end);
    auto response = inner_->stream(request, silence, on_line, either.get_token());
    if (cut.stop_requested() && !stop.stop_requested()) return lost();
    return response;
  }

 private:
  static std::unexpected<core::Error> lost() { return core::fail(core::ErrorKind::Unavailable, "the line is cut"); }
  std::stop_token lines_token() {
    const std::scoped_lock lock(mutex_);
    return streams_.get_token();
  }

  std::shared_ptr<kube::HttpTransport> inner_;
  std::mutex mutex_;
  std::stop_source streams_;
};

/// Runs an informer of ConfigMaps from its making to its end, and keeps what its handlers were told.
class RunningInformer {
 public:
  RunningInformer(const std::filesystem::path& kubeconfig, kube::Selection selection)
      : transport_(std::make_shared<CuttableTransport>(real_transport(kubeconfig))),
        client_(transport_, {}, metrics_),
        informer_(config_maps(), std::move(selection), decode_entry) {
    informer_.add_handler([this](const core::ObjectKey& key, const auto& before, const auto& after) {
      const std::scoped_lock lock(mutex_);
      told_.push_back((before ? before->value : "-") + ">" + (after ? after->value : "-") + " " + key.name);
      if (after) {
        mirror_[key.name] = after->value;
      } else {
        mirror_.erase(key.name);
      }
    });
    thread_ = std::jthread([this](const std::stop_token& stop) { informer_.run(client_, metrics_, stop); });
  }

  kube::Informer<Entry>& informer() { return informer_; }
  CuttableTransport& transport() { return *transport_; }
  std::vector<std::string> told() const {
    const std::scoped_lock lock(mutex_);
    return told_;
  }
  bool was_told(const std::string& what) const {
    const auto all = told();
    return std::ranges::find(all, what) != all.end();
  }
  /// What the handlers' words add up to.
  std::map<std::string, std::string> mirror() const {
    const std::scoped_lock lock(mutex_);
    return mirror_;
  }
  double lists() const { return metrics_.value(R"(guildhall_informer_relists_total{type="configmaps"})"); }

  testing::AssertionResult comes_to_hold(const std::map<std::string, std::string>& wanted) const {
    return cluster::eventually("the informer holds what the server has", [&] {
      const auto held = mirror();
      return cluster::Observation{held == wanted && informer_.size() == wanted.size(), nlohmann::json(held).dump()};
    });
  }

 private:
  static std::shared_ptr<kube::HttpTransport> real_transport(const std::filesystem::path& kubeconfig) {
    auto transport = kube::make_cpprest_transport(config_of(kubeconfig));
    if (!transport) throw std::runtime_error(transport.error().describe());
    return *transport;
  }

  FakeMetrics metrics_;
  std::shared_ptr<CuttableTransport> transport_;
  kube::Client client_;
  kube::Informer<Entry> informer_;
  mutable std::mutex mutex_;
  std::vector<std::string> told_;
  std::map<std::string, std::string> mirror_;
  std::jthread thread_;
};

}  // namespace guildhall::tests
