// Every field and every rule of the CRDs: tests/integration/manifests says what the API server accepts and what it
// answers else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <ostream>

#include "tests/cluster/control_plane.hpp"
#include "tests/integration/crd_rules/api_connection.hpp"
#include "tests/integration/crd_rules/manifest_table.hpp"
#include "tests/integration/crd_rules/schema_obligations.hpp"

namespace guildhall::tests::crd_rules {
namespace {

using nlohmann::json;
using testing::ElementsAreArray;
using testing::IsEmpty;

constexpr std::string_view kNamespace = "crd-rules";
constexpr std::string_view kDryRun = "?dryRun=All&fieldValidation=Strict";

const std::vector<Table>& tables() {
  static const std::vector<Table> all{read_table("organization"), read_table("member"), read_table("apikey")};
  return all;
}

struct Named {
  const Table* table;
  const Case* one;
};

// For GoogleTest's messages.
void PrintTo(const Named& named, std::ostream* out) {
  *out << named.table->kind << ": " << named.one->name;
}

std::vector<Named> every_case() {
  std::vector<Named> all;
  for (const auto& table : tables()) {
    for (const auto& one : table.cases) {
      all.push_back({&table, &one});
    }
  }
  return all;
}

// One word for GoogleTest: the kind, the place in the table, the sentence.
std::string word(const testing::TestParamInfo<Named>& info) {
  auto text = info.param.table->kind + "_" + std::to_string(info.index) + "_" + info.param.one->name;
  std::ranges::replace_if(text, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return text;
}

// The causes of a Status, "field: message", sorted; its message if it has none. The note that further rules were not
// looked at says nothing about the manifest.
std::vector<std::string> causes_of(const json& status) {
  const auto causes = status.value("/details/causes"_json_pointer, json::array());
  std::vector<std::string> all;
  for (const auto& cause : causes) {
    const auto message = cause.at("message").get<std::string>();
    if (!message.contains("some validation rules were not checked because the object was invalid")) {
      all.push_back(cause.at("field").get<std::string>() + ": " + message);
    }
  }
  if (causes.empty()) {
    all.push_back(status.at("message"));
  }
  std::ranges::sort(all);
  return all;
}

class CrdRules : public testing::TestWithParam<Named> {
 protected:
  static void SetUpTestSuite() {
    auto& control_plane = cluster::shared_control_plane();
    const auto made = control_plane.kubectl()({"create", "namespace", std::string(kNamespace)});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    connection_ = std::make_unique<ApiConnection>(control_plane.kubeconfig());
  }
  static void TearDownTestSuite() { connection_.reset(); }

  static std::string collection(const Table& table) {
    const auto middle = table.namespaced ? "/namespaces/" + std::string(kNamespace) : std::string();
    return "/apis/guildhall.dev/v1alpha1" + middle + "/" + table.resource;
  }

  // The object as the API server has stored it.
  static json create(const Table& table, const json& object) {
    const auto answer = connection_->send({"POST", collection(table), object.dump()});
    EXPECT_EQ(answer.status, 201U) << answer.body;
    return json::parse(answer.body);
  }

  static Answer write_status(const Table& table, const Case& one) {
    auto object = table.object_of(one);
    object["metadata"] = create(table, table.old_object_of(one)).at("metadata");
    return connection_->send(
        {"PUT", collection(table) + "/" + one.object + "/status" + std::string(kDryRun), object.dump()});
  }

  static Answer change(const Table& table, const Case& one) {
    create(table, table.old_object_of(one));
    return connection_->send({"PATCH", collection(table) + "/" + one.object + std::string(kDryRun),
                              json{{"spec", one.set}}.dump(), "application/merge-patch+json"});
  }

  static Answer send(const Table& table, const Case& one) {
    if (one.status) {
      return write_status(table, one);
    }
    if (one.old) {
      return change(table, one);
    }
    return connection_->send({"POST", collection(table) + std::string(kDryRun), table.object_of(one).dump()});
  }

 private:
  static std::unique_ptr<ApiConnection> connection_;
};

std::unique_ptr<ApiConnection> CrdRules::connection_;

TEST_P(CrdRules, SayWhatTheTableSays) {
  const auto& [table, one] = GetParam();
  const auto answer = send(*table, *one);
  if (one->accepted()) {
    EXPECT_LT(answer.status, 300U) << one->name << "\n" << answer.body;
    return;
  }
  ASSERT_GE(answer.status, 400U) << one->name << " is accepted";
  EXPECT_THAT(causes_of(json::parse(answer.body)), ElementsAreArray(one->rejected)) << one->name;
}

INSTANTIATE_TEST_SUITE_P(Manifests, CrdRules, testing::ValuesIn(every_case()), word);

/// Whether a rejected manifest has a cause that the obligation gives.
bool is_shown(const Table& table, const Obligation& obligation) {
  return std::ranges::any_of(table.cases, [&](const Case& one) {
    return std::ranges::any_of(one.rejected, [&](const std::string& cause) { return shows(cause, obligation); });
  });
}

class CrdTables : public testing::TestWithParam<std::size_t> {
 protected:
  [[nodiscard]] const Table& table() const { return tables()[GetParam()]; }
};

TEST_P(CrdTables, HaveAnAcceptedManifestForEveryField) {
  auto missing = properties_of(table().schema());
  for (const auto& one : table().cases) {
    if (!one.accepted()) continue;
    const auto shown = properties_in(table().schema(), table().object_of(one));
    std::erase_if(missing, [&](const std::string& path) { return shown.contains(path); });
  }
  EXPECT_THAT(missing, IsEmpty()) << "fields of " << table().kind << " that no accepted manifest has";
}

TEST_P(CrdTables, HaveARejectedManifestForEveryBoundAndRule) {
  std::vector<std::string> missing;
  for (const auto& obligation : obligations_of(table().schema())) {
    if (!is_shown(table(), obligation)) {
      missing.push_back(obligation.path + " " + obligation.keyword + " " + obligation.message);
    }
  }
  EXPECT_THAT(missing, IsEmpty()) << "what " << table().kind << " can refuse and no rejected manifest shows";
}

INSTANTIATE_TEST_SUITE_P(Kinds, CrdTables, testing::Range(std::size_t{0}, std::size_t{3}),
                         [](const auto& info) { return tables()[info.param].kind; });

}  // namespace
}  // namespace guildhall::tests::crd_rules
