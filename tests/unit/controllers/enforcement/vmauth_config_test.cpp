#include "controllers/enforcement/vmauth_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controllers/apikey/secret_object.hpp"
#include "controllers/apikey/vmauth_text.hpp"
#include "controllers/apikey/vmauth_view.hpp"
#include "controllers/enforcement/clear_tokens.hpp"
#include "tests/unit/controllers/enforcement/world.hpp"

namespace guildhall::controllers::enforcement {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

VmauthConfiguration configuration(const Observed& seen) {
  return vmauth_configuration(seen.organization, admittance_of(seen, noon()).tokens, gate::path_table());
}

/// The placeholders of its tokens, in their order.
std::vector<std::string> tokens_of(const VmauthConfiguration& made) {
  std::vector<std::string> tokens;
  for (std::string_view text = made.text; !text.empty();) {
    if (const auto token = apikey::token_in(apikey::take_line(text))) tokens.emplace_back(*token);
  }
  return tokens;
}

/// What stands in the text before the first occurrence of `before`.
std::string lines_from(const std::string& text, const std::string& from) {
  const auto at = text.find(from);
  return at == std::string::npos ? "" : text.substr(at);
}

TEST(AConfigurationOfVmauth, HasAUserForEachToken) {
  SeenKey grafana = key("grafana", 2);
  edit(grafana).spec.deployments.all.reset();
  edit(grafana).spec.deployments.names = {"metrics"};
  const auto made = configuration(observed({grafana}));
  EXPECT_THAT(
      made.text,
      StartsWith(
          "# The API keys of the Organization acme, by Guildhall, which puts changes back.\n"
          "users:\n"
          "- name: \"grafana/id-grafana\"\n"
          "  bearer_token: " +
          apikey::placeholder(hash_of("gld_grafana")) +
          "\n"
          "  url_map:\n"
          "  - &r0\n"
          "    src_paths: [\"/(acme-prod\\\\.metrics|acme-prod\\\\.metrics\\\\.service)(/prometheus)?(/api/v1/query|"));
  EXPECT_THAT(
      lines_from(made.text, "    url_prefix"),
      "    url_prefix: \"http://metrics.acme-prod.svc:8428\"\n"
      "    drop_src_path_prefix_parts: 1\n"
      "    headers: [\"Authorization:\", \"X-VM-Cloud-Access:\", \"X-Guildhall-Key:\", \"X-Guildhall-Permissions:\", "
      "\"X-Guildhall-Organization: acme\", \"AccountID:\", \"ProjectID:\"]\n");
  EXPECT_THAT(tokens_of(made), ElementsAre(apikey::placeholder(hash_of("gld_grafana"))));
  EXPECT_EQ(made.left_out, 0U);
}

TEST(AConfigurationOfVmauth, WritesARouteOnceAndNamesItThen) {
  SeenKey writer = key("writer", 1);
  edit(writer).spec.permissions = decltype(api::ApiKeySpec::permissions)::ReadWrite;
  const auto made = configuration(observed({key("reader", 2), writer}));
  EXPECT_THAT(made.text, HasSubstr("- name: \"writer/id-writer\"\n"
                                   "  bearer_token: " +
                                   apikey::placeholder(hash_of("gld_writer")) + "\n  url_map:\n  - *r0\n  - &r2\n"));
  EXPECT_THAT(made.text, HasSubstr("  - *r1\n  - &r3\n"));
}

TEST(AConfigurationOfVmauth, SendsWhatAClusterWritesToItsWriteUrlWithTheTenant) {
  SeenKey writer = key("writer");
  edit(writer).spec.permissions = decltype(api::ApiKeySpec::permissions)::Write;
  const auto made = configuration(observed({writer}));
  EXPECT_THAT(made.text, HasSubstr("url_prefix: \"http://insert.acme-prod.svc:8480\""));
  EXPECT_THAT(made.text, Not(HasSubstr("url_prefix: \"http://cluster.acme-prod.svc:8428\"")));
  EXPECT_THAT(made.text, HasSubstr("/insert/7:3/prometheus/api/v1/write"));
  EXPECT_THAT(made.text, HasSubstr("\"AccountID: 7\", \"ProjectID: 3\""));
}

TEST(AConfigurationOfVmauth, LetsNobodyInWithoutKeys) {
  EXPECT_EQ(configuration(observed({})).text,
            "# The API keys of the Organization acme, by Guildhall, which puts changes back.\nusers: []\n");
  SeenKey nothing = key("nothing");
  edit(nothing).spec.deployments.all.reset();
  edit(nothing).spec.deployments.names = {"gone"};
  EXPECT_THAT(configuration(observed({nothing})).text, HasSubstr("users: []\n")) << "it opens nothing";
}

TEST(AConfigurationOfVmauth, CallsNothingByANameThatTwoHave) {
  Observed seen = observed({key("reader")});
  auto rival = deployment("metrics", "VLSingle");
  rival.kind = decltype(rival.kind)::VLSingle;
  seen.organization.status.deployments.push_back(rival);
  const auto made = configuration(seen);
  EXPECT_THAT(made.text, HasSubstr("\"/(acme-prod\\\\.metrics\\\\.service)("));
  EXPECT_THAT(made.text, HasSubstr("\"/(acme-prod\\\\.metrics\\\\.vlsingle)("));
  EXPECT_THAT(made.text, Not(HasSubstr("\"/(acme-prod\\\\.metrics|")));
}

TEST(AConfigurationOfVmauth, IsTheSameInWhateverOrderKeysAreSeen) {
  const auto one = configuration(observed({key("a", 1), key("b", 2), key("c", 3)}));
  EXPECT_EQ(configuration(observed({key("c", 3), key("a", 1), key("b", 2)})), one);
}

TEST(AConfigurationOfVmauth, LeavesOutTheYoungestWhenThereIsNoRoom) {
  std::vector<SeenKey> keys;
  constexpr int kMany = 7'000;
  keys.reserve(kMany);
  for (int index = 0; index < kMany; ++index)
    keys.push_back(key("key-" + std::to_string(index), index));
  const auto made = configuration(observed(std::move(keys)));
  EXPECT_GT(made.left_out, 0U);
  const auto tokens = tokens_of(made);
  EXPECT_EQ(made.left_out + tokens.size(), static_cast<std::size_t>(kMany));
  EXPECT_LT(made.text.size(), 1'000'000U);
  EXPECT_EQ(tokens.front(), apikey::placeholder(hash_of("gld_key-6999")));
}

TEST(ClearTokens, TakeThePlacesOfTheirHashes) {
  const std::string text = configuration(observed({key("a", 1), key("b", 2)})).text;
  ClearTokens tokens;
  for (const char* name : {"gld_a", "gld_b"})
    tokens.insert_or_assign(hash_of(name), core::SecretText(name));
  const std::string clear = filled_in(text, tokens);
  EXPECT_THAT(clear, HasSubstr("\n  bearer_token: gld_a\n"));
  EXPECT_THAT(clear, Not(HasSubstr("{{token:")));
  ClearTokens found;
  add_tokens_in(standing_secret(clear)["data"], codec(), found);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found.at(hash_of("gld_b")).reveal(), "gld_b");
  const auto view = apikey::parse_vmauth_view(standing_secret(clear), codec());
  ASSERT_TRUE(view);
  EXPECT_EQ(view->shape, codec().sha256_hex(text)) << "what is written is known again";
  EXPECT_TRUE(view->lets_in(hash_of("gld_a")));
  EXPECT_FALSE(view->lets_in(hash_of("gld_c")));
  EXPECT_EQ(view->organization, "acme");
}

}  // namespace
}  // namespace guildhall::controllers::enforcement
