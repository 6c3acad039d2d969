// A test suite with the operator running on the shared control plane, driven by kubectl.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/cluster/control_plane.hpp"
#include "tests/cluster/eventually.hpp"
#include "tests/cluster/guildhall_installation.hpp"
#include "tests/cluster/http_get.hpp"
#include "tests/cluster/operator_process.hpp"

namespace guildhall::tests {

/// The text at a JSON pointer; "" when there is none.
inline std::string text(const nlohmann::json& object, const std::string& pointer) {
  const nlohmann::json::json_pointer at(pointer);
  return object.is_structured() && object.contains(at) && object.at(at).is_string() ? object.at(at).get<std::string>()
                                                                                    : "";
}

class OperatorFixture : public testing::Test {
 protected:
  static void TearDownTestSuite() { operator_.reset(); }

  static void launch_operator(std::vector<std::string> flags = {}) {
    auto& control_plane = cluster::shared_control_plane();
    operator_.reset();  // it gives its port free by its end, which takes seconds on a busy machine
    operator_ = std::make_unique<cluster::OperatorProcess>(
        cluster::OperatorOptions{.kubeconfig = cluster::install_guildhall(control_plane),
                                 .log = control_plane.directory() / "operator.log",
                                 .flags = std::move(flags),
                                 .serve_port = serve_port()});
  }
  static void start_operator(std::vector<std::string> flags = {}) {
    launch_operator(std::move(flags));
    operator_->wait_ready();
  }
  /// The same at each start, so that a start at rest writes nothing.
  static std::uint16_t serve_port() {
    static const std::uint16_t port = cluster::lasting_port();
    return port;
  }
  static void kill_operator() {
    operator_->signal(SIGKILL);
    operator_.reset();
  }

  void run(const std::vector<std::string>& arguments) const {
    const auto output = kubectl_(arguments);
    ASSERT_EQ(output.exit_code, 0) << output.err;
  }
  void apply(const std::string& manifest) const {
    const auto output = kubectl_.apply(manifest);
    ASSERT_EQ(output.exit_code, 0) << output.err;
  }

  /// "True/Active"; "" without the condition, or while it speaks of an earlier generation.
  static std::string condition(const nlohmann::json& object, const std::string& type) {
    if (!object.is_object() || !object.contains("status")) return "";
    for (const auto& each : object["status"].value("conditions", nlohmann::json::array())) {
      if (each["type"] == type && each["observedGeneration"] == object["metadata"]["generation"])
        return text(each, "/status") + "/" + text(each, "/reason");
    }
    return "";
  }
  static std::string message(const nlohmann::json& object, const std::string& type) {
    const auto status = object.value("status", nlohmann::json::object());
    for (const auto& each : status.value("conditions", nlohmann::json::array())) {
      if (each["type"] == type) return text(each, "/message");
    }
    return "";
  }

  /// The path at which a configuration has its webhook called, which another replica knows too.
  static std::string path_of_webhook(const nlohmann::json& configuration) {
    const std::string url = text(configuration, "/webhooks/0/clientConfig/url");
    return url.substr(url.find('/', std::string_view("https://").size()));
  }

  /// By the operator's own count.
  static double writes_so_far() {
    std::istringstream lines(operator_->metrics());
    double sum = 0;
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("guildhall_writes_total{")) sum += std::stod(line.substr(line.rfind(' ') + 1));
    }
    return sum;
  }

  const cluster::Kubectl kubectl_ = cluster::shared_control_plane().kubectl();
  static inline std::unique_ptr<cluster::OperatorProcess> operator_;
};

}  // namespace guildhall::tests
