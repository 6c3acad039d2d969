// A test suite that reads the log of an Organization as its readers do.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "tests/integration/member_fixture.hpp"

namespace guildhall::tests {

class AuditFixture : public MemberFixture {
 protected:
  static void SetUpTestSuite() { start_operator({"--leader-elect=false"}); }

  /// Returns when the API server hands on requests for records: it learns a moment later than the operator is ready.
  static void start_operator(std::vector<std::string> flags = {}) {
    OperatorFixture::start_operator(std::move(flags));
    const cluster::Kubectl kubectl = cluster::shared_control_plane().kubectl();
    ASSERT_TRUE(cluster::eventually("the API server reaches the records API", [&] {
      const auto read = kubectl({"get", "--raw", "/openapi/v3/apis/records.guildhall.dev/v1alpha1"});
      return cluster::Observation{read.exit_code == 0 && is_available(kubectl), read.err};
    }));
  }
  static bool is_available(const cluster::Kubectl& kubectl) {
    const nlohmann::json service = kubectl.get({"apiservice", "v1alpha1.records.guildhall.dev"});
    if (service.is_null() || !service.contains("status")) return false;
    const auto conditions = service["status"].value("conditions", nlohmann::json::array());
    return std::ranges::any_of(conditions, [](const nlohmann::json& condition) {
      return condition["type"] == "Available" && condition["status"] == "True";
    });
  }

  /// The log, oldest first: "MemberRoleChanged Member/jane ada@acme.example spec.role:Viewer>Editor".
  [[nodiscard]] std::vector<std::string> log(const std::string& organization, const std::string& query = "") const {
    const auto read = kubectl_(
        {"get", "--raw",
         fmt::format("/apis/records.guildhall.dev/v1alpha1/namespaces/{}/auditentries{}", organization, query)});
    if (read.exit_code != 0) return {read.err};
    std::vector<std::string> lines;
    const nlohmann::json items = nlohmann::json::parse(read.out)["items"];
    for (auto item = items.rbegin(); item != items.rend(); ++item)
      lines.push_back(line_of(*item));
    return lines;
  }
  static std::string line_of(const nlohmann::json& entry) {
    const std::string email = text(entry, "/actor/email");
    std::string line = fmt::format("{} {}/{} {}", text(entry, "/action"), text(entry, "/object/kind"),
                                   text(entry, "/object/name"), email.empty() ? text(entry, "/actor/user") : email);
    for (const nlohmann::json& change : entry.value("changes", nlohmann::json::array()))
      line += fmt::format(" {}:{}>{}", text(change, "/field"), text(change, "/old"), text(change, "/new"));
    return line;
  }
  [[nodiscard]] testing::AssertionResult comes_to_hold(const std::string& organization, const std::string& line) const {
    return cluster::eventually("the log holds " + line, [&] {
      const auto lines = log(organization);
      return cluster::Observation{std::ranges::find(lines, line) != lines.end(),
                                  fmt::format("{}", fmt::join(lines, "\n"))};
    });
  }
  [[nodiscard]] std::vector<std::string> lines_of(const std::string& organization, const std::string& action) const {
    std::vector<std::string> result;
    for (std::string& line : log(organization)) {
      if (line.starts_with(action)) result.push_back(std::move(line));
    }
    return result;
  }
};

}  // namespace guildhall::tests
