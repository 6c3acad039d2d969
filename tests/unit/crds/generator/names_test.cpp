#include "crds/generator/names.hpp"

#include <gtest/gtest.h>

namespace guildhall::crds::generator {
namespace {

TEST(Names, FieldsAreSnakeCaseAndNeverKeywords) {
  EXPECT_EQ(field_name("expiresAt"), "expires_at");
  EXPECT_EQ(field_name("accountID"), "account_id");
  EXPECT_EQ(field_name("HTTPPort"), "http_port");
  EXPECT_EQ(field_name("all"), "all");
  EXPECT_EQ(field_name("namespace"), "ns");
  EXPECT_EQ(field_name("operator"), "op");
  EXPECT_EQ(field_name("default"), "default_");
  EXPECT_EQ(field_name("new"), "new_");
  EXPECT_EQ(field_name("xor"), "xor_");
  EXPECT_EQ(field_name("news"), "news");
}

TEST(Names, SingularKnowsTheFormsOfFieldNames) {
  EXPECT_EQ(singular("Keys"), "Key");
  EXPECT_EQ(singular("Policies"), "Policy");
  EXPECT_EQ(singular("Addresses"), "Address");
  EXPECT_EQ(singular("Access"), "Access");
  EXPECT_EQ(singular("Data"), "Data");
}

TEST(Names, OnlyIdentifiersCanBeEnumerators) {
  for (const char* word : {"Active", "OIDC", "V2", "none"})
    EXPECT_TRUE(is_identifier(word)) << word;
  for (const char* word : {"", "2nd", "two words", "read-write", "default"})
    EXPECT_FALSE(is_identifier(word)) << word;
}

TEST(TypeNames, LeaveOutSpecAlwaysAndStatusWhereNothingIsInTheWay) {
  TypeNames names("ApiKey");
  EXPECT_EQ(names.take("ApiKeySpec", "Secret"), "ApiKeySecret");
  EXPECT_EQ(names.take("ApiKeySecret", "Format"), "ApiKeySecretFormat");
  EXPECT_EQ(names.take("ApiKeyStatus", "Phase"), "ApiKeyPhase");
  EXPECT_EQ(names.take("ApiKeyStatus", "Secret"), "ApiKeyStatusSecret");
  EXPECT_EQ(names.take("ApiKeyStatus", "Key"), "ApiKeyStatusKey") << "ApiKeyKey would stammer";
  EXPECT_EQ(names.take("ApiKeyStatusKey", "State"), "ApiKeyStatusKeyState");
}

TEST(TypeNames, AreNeverGivenTwice) {
  TypeNames names("ApiKey");
  EXPECT_EQ(names.take("ApiKeySpec", "Status"), "");
  EXPECT_EQ(names.take("ApiKeySpec", "Rule"), "ApiKeyRule");
  EXPECT_EQ(names.take("ApiKeySpec", "Rule"), "");
}

}  // namespace
}  // namespace guildhall::crds::generator
