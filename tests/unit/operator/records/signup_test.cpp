#include "operator/records/signup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace guildhall::records {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

json object() {
  return json::parse(R"({"apiVersion": "records.guildhall.dev/v1alpha1", "kind": "Signup", "metadata": {},
    "spec": {"organization": "acme", "displayName": "Acme Metrics", "email": "jane@acme.example"}})");
}

Checked<SentSignup> parse(const json& whole, FieldValidation validation = FieldValidation::Warn) {
  return parse_signup(whole.dump(), {.dry_run = false, .validation = validation});
}

json with(const char* field, json value) {
  json whole = object();
  whole["spec"][field] = std::move(value);
  return whole;
}

TEST(ASignup, IsReadAsItWasSent) {
  const auto sent = parse(object());
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->signup, (Signup{.user = {},
                                  .organization = "acme",
                                  .display_name = "Acme Metrics",
                                  .email = "jane@acme.example",
                                  .dry_run = false}));
  EXPECT_THAT(sent->warnings, IsEmpty());
}

TEST(ASignup, NeedsNoMetadataNorTypeNorDisplayName) {
  const auto sent = parse(json::parse(R"({"spec": {"organization": "acme", "email": "j@a"}})"));
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->signup.display_name, "acme");
}

TEST(ASignup, MayBeADryRun) {
  EXPECT_TRUE(parse_signup(object().dump(), {.dry_run = true})->signup.dry_run);
}

TEST(ASignup, OfAnotherKindIsABadRequest) {
  json kind = object();
  kind["kind"] = "Sigmup";
  EXPECT_EQ(parse(kind).error().message, R"(Sigmup in version "v1alpha1" cannot be handled as a Signup)");
  json version = object();
  version["apiVersion"] = "records.guildhall.dev/v1";
  EXPECT_EQ(parse(version).error().message,
            "the API version in the data (records.guildhall.dev/v1) does not match the expected API version "
            "(records.guildhall.dev/v1alpha1)");
  EXPECT_EQ(parse(version).error().code, 400);
  for (const char* body : {"", "{", "[]", "1", "null"})
    EXPECT_EQ(parse_signup(body, {}).error().code, 400) << body;
}

struct Wrong {
  const char* field;
  json value;
  const char* type;
};

class ASignupIsInvalid : public ::testing::TestWithParam<Wrong> {};

TEST_P(ASignupIsInvalid, ByName) {
  const auto& [field, value, type] = GetParam();
  const auto sent = parse(with(field, value));
  ASSERT_FALSE(sent) << field << " " << value;
  EXPECT_EQ(sent.error().code, 422);
  EXPECT_EQ(sent.error().kind, "Signup");
  ASSERT_EQ(sent.error().causes.size(), 1U);
  EXPECT_EQ(sent.error().causes[0].field, std::string("spec.") + field);
  EXPECT_EQ(sent.error().causes[0].type, type);
}

INSTANTIATE_TEST_SUITE_P(
    For, ASignupIsInvalid,
    ::testing::Values(
        Wrong{"organization", "", "FieldValueRequired"}, Wrong{"organization", nullptr, "FieldValueRequired"},
        Wrong{"organization", 7, "FieldValueTypeInvalid"}, Wrong{"organization", "Acme", "FieldValueInvalid"},
        Wrong{"organization", "-a", "FieldValueInvalid"}, Wrong{"organization", "a-", "FieldValueInvalid"},
        Wrong{"organization", "a.b", "FieldValueInvalid"},
        Wrong{"organization", std::string(51, 'a'), "FieldValueInvalid"}, Wrong{"email", "", "FieldValueRequired"},
        Wrong{"email", "jane", "FieldValueInvalid"}, Wrong{"email", "@acme", "FieldValueInvalid"},
        Wrong{"email", "jane@", "FieldValueInvalid"}, Wrong{"email", "a@b@c", "FieldValueInvalid"},
        Wrong{"email", "Jane@acme.example", "FieldValueInvalid"},
        Wrong{"email", "jane doe@acme.example", "FieldValueInvalid"},
        Wrong{"email", "jane@acme.example\n", "FieldValueInvalid"},
        Wrong{"email", std::string(250, 'a') + "@acme", "FieldValueInvalid"},
        Wrong{"displayName", std::string(65, 'a'), "FieldValueInvalid"},
        Wrong{"displayName", " Acme", "FieldValueInvalid"}, Wrong{"displayName", "Acme ", "FieldValueInvalid"},
        Wrong{"displayName", "Ac\nme", "FieldValueInvalid"}, Wrong{"displayName", true, "FieldValueTypeInvalid"}));

TEST(ASignup, HasTheNameOfItsOrganizationOrNone) {
  json whole = object();
  whole["metadata"]["name"] = "acme";
  EXPECT_TRUE(parse(whole));
  whole["metadata"]["name"] = "globex";
  const auto sent = parse(whole);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().causes[0].field, "metadata.name");
  whole["metadata"] = 7;
  EXPECT_TRUE(parse(whole)) << "as Kubernetes, which reads what it needs";
}

TEST(ASignup, AtItsBoundsIsTaken) {
  EXPECT_TRUE(parse(with("organization", std::string(50, 'a'))));
  EXPECT_TRUE(parse(with("organization", "0-9")));
  EXPECT_TRUE(parse(with("displayName", std::string("\xC3\xA4") + std::string(63, 'a'))));
}

TEST(ASignup, TellsAllThatIsWrongAtOnce) {
  json whole = object();
  whole["spec"] = {{"organization", "A"}};
  const auto sent = parse(whole);
  ASSERT_FALSE(sent);
  EXPECT_EQ(
      sent.error().message,
      "Signup.records.guildhall.dev \"A\" is invalid: [spec.email: Required value, spec.organization: Invalid value: "
      "\"A\": must be a DNS label of at most 50 characters: lower-case letters, digits and dashes]");
  whole.erase("spec");
  EXPECT_EQ(parse(whole).error().causes[0].field, "spec");
}

TEST(UnknownFields, AreRefusedToldOrPassedOver) {
  json whole = with("colour", "red");
  whole["extra"] = 1;
  EXPECT_EQ(parse(whole, FieldValidation::Strict).error().code, 400);
  EXPECT_THAT(parse(whole, FieldValidation::Strict).error().message,
              HasSubstr(R"(strict decoding error: unknown field "extra", unknown field "spec.colour")"));
  EXPECT_THAT(parse(whole, FieldValidation::Warn)->warnings,
              ElementsAre(R"(unknown field "extra")", R"(unknown field "spec.colour")"));
  EXPECT_THAT(parse(whole, FieldValidation::Ignore)->warnings, IsEmpty());
  EXPECT_TRUE(parse(object(), FieldValidation::Strict));
}

TEST(TheOptionsOfACreation, AreThoseOfKubernetes) {
  EXPECT_FALSE(read_create_options(Query(""))->dry_run);
  EXPECT_EQ(read_create_options(Query(""))->validation, FieldValidation::Warn);
  EXPECT_TRUE(read_create_options(Query("dryRun=All"))->dry_run);
  EXPECT_EQ(read_create_options(Query("fieldValidation=Strict&fieldManager=kubectl-create"))->validation,
            FieldValidation::Strict);
  EXPECT_EQ(read_create_options(Query("fieldValidation=Ignore"))->validation, FieldValidation::Ignore);
  EXPECT_EQ(read_create_options(Query("fieldValidation=Warn"))->validation, FieldValidation::Warn);
}

TEST(TheOptionsOfACreation, ThatAreNoneAreInvalid) {
  const auto dry_run = read_create_options(Query("dryRun=Some"));
  ASSERT_FALSE(dry_run);
  EXPECT_EQ(dry_run.error().code, 422);
  EXPECT_THAT(dry_run.error().message, HasSubstr(R"(dryRun: Unsupported value: "Some": supported values: "All")"));
  EXPECT_EQ(read_create_options(Query("dryRun=")).error().code, 422);
  EXPECT_EQ(read_create_options(Query("fieldValidation=strict")).error().code, 422);
}

TEST(ASignupThatIsDone, IsAnsweredWithWhatWasMade) {
  const Signup signup = parse(object())->signup;
  EXPECT_EQ(signup_object(signup, {.ns = "acme", .member = "jane"}, *core::parse_timestamp("2026-11-24T10:00:00Z")),
            json::parse(R"({"apiVersion": "records.guildhall.dev/v1alpha1", "kind": "Signup",
    "metadata": {"name": "acme", "creationTimestamp": "2026-11-24T10:00:00Z"},
    "spec": {"organization": "acme", "displayName": "Acme Metrics", "email": "jane@acme.example"},
    "status": {"namespace": "acme", "member": "jane"}})"));
}

}  // namespace
}  // namespace guildhall::records
