#include "operator/records/front_proxy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace guildhall::records {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// As kube-apiserver 1.34 writes it.
std::map<std::string, std::string> config_map() {
  return {{"client-ca-file", "-----BEGIN CERTIFICATE-----\nother"},
          {"requestheader-allowed-names", R"(["front-proxy-client"])"},
          {"requestheader-client-ca-file", "-----BEGIN CERTIFICATE-----\nproxy"},
          {"requestheader-extra-headers-prefix", R"(["X-Remote-Extra-"])"},
          {"requestheader-group-headers", R"(["X-Remote-Group"])"},
          {"requestheader-uid-headers", R"(["X-Remote-Uid"])"},
          {"requestheader-username-headers", R"(["X-Remote-User"])"}};
}

Headers headers() {
  return {{"x-remote-user", "jane@acme.example"},
          {"x-remote-uid", "u-1"},
          {"x-remote-group", "acme, editors"},
          {"x-remote-group", "system:authenticated"},
          {"x-remote-extra-authentication.kubernetes.io%2fcredential-id", "X509SHA256=ab"},
          {"x-remote-extra-scopes", "a"},
          {"x-remote-extra-scopes", "b"},
          {"accept", "application/json"}};
}

FrontProxy proxy() {
  return *parse_front_proxy(config_map());
}

TEST(TheFrontProxy, IsWhomTheConfigMapNames) {
  const FrontProxy read = proxy();
  EXPECT_EQ(read.client_ca, "-----BEGIN CERTIFICATE-----\nproxy");
  EXPECT_THAT(read.allowed_names, ElementsAre("front-proxy-client"));
  EXPECT_THAT(read.username_headers, ElementsAre("x-remote-user"));
  EXPECT_THAT(read.uid_headers, ElementsAre("x-remote-uid"));
  EXPECT_THAT(read.group_headers, ElementsAre("x-remote-group"));
  EXPECT_THAT(read.extra_prefixes, ElementsAre("x-remote-extra-"));
}

TEST(TheFrontProxy, OfAnOlderServerHasTheUsualUidHeader) {
  auto data = config_map();
  data.erase("requestheader-uid-headers");
  EXPECT_THAT(parse_front_proxy(data)->uid_headers, ElementsAre("x-remote-uid"));
  data["requestheader-uid-headers"] = "[]";
  EXPECT_THAT(parse_front_proxy(data)->uid_headers, IsEmpty());
}

TEST(TheFrontProxy, ThatCannotBeReadIsInvalid) {
  for (const char* name : {"requestheader-client-ca-file", "requestheader-username-headers"}) {
    auto data = config_map();
    data.erase(name);
    ASSERT_FALSE(parse_front_proxy(data)) << name;
    EXPECT_THAT(parse_front_proxy(data).error().describe(), HasSubstr(name));
  }
  for (const char* name : {"requestheader-allowed-names", "requestheader-username-headers", "requestheader-uid-headers",
                           "requestheader-group-headers", "requestheader-extra-headers-prefix"}) {
    for (const char* text : {"X-Remote-User", "{}", "[1]", R"(["a",)"}) {
      auto data = config_map();
      data[name] = text;
      ASSERT_FALSE(parse_front_proxy(data)) << name << " " << text;
      EXPECT_THAT(parse_front_proxy(data).error().describe(), HasSubstr(name));
    }
  }
}

TEST(AUser, IsWhomTheFrontProxyTellsOf) {
  const auto user = authenticate(proxy(), "front-proxy-client", headers());
  ASSERT_TRUE(user);
  EXPECT_EQ(user->name, "jane@acme.example");
  EXPECT_EQ(user->uid, "u-1");
  EXPECT_THAT(user->groups, ElementsAre("acme, editors", "system:authenticated"));
  EXPECT_THAT(user->extra.at("authentication.kubernetes.io/credential-id"), ElementsAre("X509SHA256=ab"));
  EXPECT_THAT(user->extra.at("scopes"), ElementsAre("a", "b"));
  EXPECT_EQ(user->extra.size(), 2U);
}

TEST(AUser, IsNobodyWithoutTheFrontProxysCertificate) {
  EXPECT_FALSE(authenticate(proxy(), "", headers()));
  EXPECT_FALSE(authenticate(proxy(), "jane@acme.example", headers()));
  EXPECT_FALSE(authenticate(proxy(), "front-proxy-client2", headers()));
  EXPECT_FALSE(authenticate(proxy(), "Front-Proxy-Client", headers()));
}

TEST(AUser, OfAnyNameIsBelievedWhenNoneIsListed) {
  FrontProxy any = proxy();
  any.allowed_names.clear();
  EXPECT_TRUE(authenticate(any, "whoever", headers()));
  EXPECT_FALSE(authenticate(any, "", headers()));
}

TEST(AUser, IsNobodyWithoutAName) {
  Headers none = headers();
  none.erase("x-remote-user");
  EXPECT_FALSE(authenticate(proxy(), "front-proxy-client", none));
  none.emplace("x-remote-user", "");
  EXPECT_FALSE(authenticate(proxy(), "front-proxy-client", none));
}

TEST(AUser, IsNobodyWithTwoNames) {
  Headers two = headers();
  two.emplace("x-remote-user", "admin");
  EXPECT_FALSE(authenticate(proxy(), "front-proxy-client", two));
  Headers uids = headers();
  uids.emplace("x-remote-uid", "u-2");
  EXPECT_FALSE(authenticate(proxy(), "front-proxy-client", uids));
}

TEST(AUser, IsNamedByTheFirstHeaderThatHasAValue) {
  FrontProxy two = proxy();
  two.username_headers = {"x-user", "x-remote-user"};
  EXPECT_EQ(authenticate(two, "front-proxy-client", headers())->name, "jane@acme.example");
  Headers both = headers();
  both.emplace("x-user", "ada");
  EXPECT_EQ(authenticate(two, "front-proxy-client", both)->name, "ada");
}

TEST(AUser, MayHaveNoGroupUidOrExtra) {
  const auto user = authenticate(proxy(), "front-proxy-client", {{"x-remote-user", "jane"}});
  EXPECT_THAT(user, ::testing::Optional(User{.name = "jane", .uid = "", .groups = {}, .extra = {}}));
}

TEST(AUser, HasAnExtraThatIsNoEscapeAsItIs) {
  const auto user =
      authenticate(proxy(), "front-proxy-client", {{"x-remote-user", "jane"}, {"x-remote-extra-100%", "x"}});
  EXPECT_THAT(user->extra.at("100%"), ElementsAre("x"));
}

TEST(AUser, HasNoExtraOfAnEmptyPrefix) {
  auto data = config_map();
  data["requestheader-extra-headers-prefix"] = R"([""])";
  EXPECT_THAT(authenticate(*parse_front_proxy(data), "front-proxy-client", headers())->extra, IsEmpty());
}

}  // namespace
}  // namespace guildhall::records
