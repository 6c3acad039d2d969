#include "operator/plugin/signing_up.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace guildhall::plugin {
namespace {

using testing::HasSubstr;

TEST(SigningUpTest, TheEmailIsTheUsersNameWhereThatIsOne) {
  const std::pair<const char*, const char*> users[] = {{"jane@acme.example", "jane@acme.example"},
                                                       {"oidc:jane@acme.example", "jane@acme.example"},
                                                       {"https://idp.example/#jane@acme.example", "jane@acme.example"},
                                                       {"admin", ""},
                                                       {"Jane@acme.example", ""},
                                                       {"system:serviceaccount:acme:bot", ""},
                                                       {"system:x:jane@acme.example", ""}};
  for (const auto& [user, email] : users)
    EXPECT_EQ(own_email({.user = user, .groups = {}}).value_or(""), email) << user;
}

TEST(SigningUpTest, WhoHasNoneIsToldToGiveOne) {
  const auto email = own_email({.user = "admin", .groups = {}});
  ASSERT_FALSE(email);
  EXPECT_THAT(email.error().message, HasSubstr("admin, which is no e-mail address; give yours: --email"));
}

TEST(SigningUpTest, SendsWhatIsKnown) {
  SignUp command{.organization = "acme", .email = {}, .display_name = {}};
  EXPECT_EQ(signup_object(command, "jane@acme.example"), nlohmann::json::parse(R"({
    "apiVersion": "records.guildhall.dev/v1alpha1", "kind": "Signup",
    "spec": {"organization": "acme", "email": "jane@acme.example"}})"));
  command.display_name = "Acme Inc.";
  EXPECT_EQ(signup_object(command, "j@x.example")["spec"]["displayName"], "Acme Inc.");
}

TEST(SigningUpTest, SaysWhatWasMadeAndWhatToLookAt) {
  SignUp command{.organization = "acme", .email = {}, .display_name = {}};
  EXPECT_EQ(signup_line(command), "signup.records.guildhall.dev/acme created");
  command.dry_run = DryRun::Server;
  EXPECT_EQ(signup_line(command), "signup.records.guildhall.dev/acme created (server dry run)");
  command.dry_run = DryRun::Client;
  EXPECT_EQ(signup_line(command), "signup.records.guildhall.dev/acme created (dry run)");
  EXPECT_EQ(what_was_made(
                {{"spec", {{"organization", "acme"}}}, {"status", {{"namespace", "org-acme"}, {"member", "jane"}}}}),
            "The organization acme has its home in the namespace org-acme, and you are its Member jane.\n"
            "See it: kubectl get organization acme\n"
            "See who belongs to it: kubectl guildhall members list -n org-acme");
}

}  // namespace
}  // namespace guildhall::plugin
