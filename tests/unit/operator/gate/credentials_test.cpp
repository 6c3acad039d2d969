#include "operator/gate/credentials.hpp"

#include <gtest/gtest.h>

#include "operator/kube/base64.hpp"

namespace guildhall::gate {
namespace {

using Fields = std::multimap<std::string, std::string>;

Credentials of(const Fields& fields) {
  http::Request request;
  request.fields = fields;
  return credentials_of(request);
}

std::string basic(const std::string& text) {
  return "Basic " + kube::encode_base64(text);
}

TEST(ACredential, IsATokenInAnyOfFourForms) {
  for (const Fields& fields :
       {Fields{{"authorization", "Bearer gld_x"}}, Fields{{"authorization", "bearer   gld_x "}},
        Fields{{"authorization", "Token gld_x"}}, Fields{{"authorization", basic("grafana:gld_x")}},
        Fields{{"authorization", basic(":gld_x")}}, Fields{{"x-vm-cloud-access", " gld_x"}}}) {
    const Credentials found = of(fields);
    EXPECT_EQ(found.presented, Presented::Token) << fields.begin()->second;
    EXPECT_EQ(found.token, "gld_x") << fields.begin()->second;
  }
}

TEST(ACredential, OfAPasswordWithColonsIsAllOfIt) {
  EXPECT_EQ(of({{"authorization", basic("u:a:b")}}).token, "a:b");
}

TEST(ACredential, MayBeSaidTwiceIfItIsTheSame) {
  EXPECT_EQ(of({{"authorization", "Bearer a"}, {"x-vm-cloud-access", "a"}}).token, "a");
  EXPECT_EQ(of({{"authorization", "Bearer a"}, {"authorization", basic("x:a")}}).token, "a");
}

TEST(ACredential, ThatIsEmptyIsNone) {
  EXPECT_EQ(of({{"authorization", "Bearer a"}, {"x-vm-cloud-access", " "}}).token, "a");
  EXPECT_EQ(of({{"x-vm-cloud-access", ""}}).presented, Presented::Nothing);
  EXPECT_EQ(of({{"authorization", ""}, {"x-vm-cloud-access", "a"}}).token, "a");
  EXPECT_EQ(of({{"authorization", "Bearer\ta"}}).token, "a");
}

TEST(ACredential, ThatIsSeveralIsNone) {
  EXPECT_EQ(of({{"authorization", "Bearer a"}, {"x-vm-cloud-access", "b"}}).presented, Presented::Several);
  EXPECT_EQ(of({{"authorization", "Bearer a"}, {"authorization", "Bearer b"}}).presented, Presented::Several);
  EXPECT_EQ(of({{"x-vm-cloud-access", "a"}, {"x-vm-cloud-access", "b"}}).presented, Presented::Several);
}

TEST(ACredential, OfAnotherKindIsMalformed) {
  for (const char* text : {"Bearer", "Bearer ", "Digest a", "gld_x", "Basic !", "Token"})
    EXPECT_EQ(of({{"authorization", text}}).presented, Presented::Malformed) << text;
  EXPECT_EQ(of({{"authorization", basic("no colon")}}).presented, Presented::Malformed);
  EXPECT_EQ(of({{"authorization", "Digest a"}, {"x-vm-cloud-access", "b"}}).presented, Presented::Malformed)
      << "what the deployment itself would do with the other one is not known";
}

TEST(ACredential, IsNothingWithoutAHeader) {
  EXPECT_EQ(of({}).presented, Presented::Nothing);
  EXPECT_EQ(of({{"cookie", "a=b"}}).presented, Presented::Nothing);
}

}  // namespace
}  // namespace guildhall::gate
