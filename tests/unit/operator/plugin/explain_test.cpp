#include "operator/plugin/explain.hpp"

#include <gmock/gmock.h>

namespace guildhall::plugin {
namespace {

using core::ErrorKind;

core::Error server_said(ErrorKind kind, const std::string& reason, const std::string& message) {
  return {.kind = kind, .message = message, .object = {}, .reason = reason, .retry_after = {}, .cause = {}};
}

core::Error about(const char* object, core::Error error) {
  error.object = object;
  return error;
}

std::string cannot(const std::string& verb, const std::string& resource = "members") {
  return resource + ".guildhall.dev is forbidden: User \"jane@acme.example\" cannot " + verb + " resource \"" +
         resource + "\" in API group \"guildhall.dev\" in the namespace \"acme\"";
}

struct Case {
  const char* name;
  core::Error error;
  std::string want;
};

void PrintTo(const Case& test, std::ostream* out) {
  *out << test.name;
}

class ExplainTest : public testing::TestWithParam<Case> {};

TEST_P(ExplainTest, SaysWhatHappenedAndWhatToDoNext) {
  EXPECT_EQ(explain(GetParam().error, "acme"), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ExplainTest,
    testing::Values(
        Case{"MayNotWriteMembers", server_said(ErrorKind::Forbidden, "Forbidden", cannot("create")),
             "Error from server (Forbidden): " + cannot("create") +
                 "\nThat needs the role Admin. See who is one: kubectl guildhall members list --role Admin -n acme\n"},
        Case{"MayNotReadMembers", server_said(ErrorKind::Forbidden, "Forbidden", cannot("list")),
             "Error from server (Forbidden): " + cannot("list") +
                 "\nTo read Members you must be one of that organization, with any role, active and accepted.\n"
                 "If acme is not its home namespace, name that with -n. Otherwise ask one of its Admins, or the "
                 "platform team.\n"},
        Case{"MayNotDoElse", server_said(ErrorKind::Forbidden, "Forbidden", cannot("get", "secrets")),
             "Error from server (Forbidden): " + cannot("get", "secrets") +
                 "\nSee what you may do: kubectl guildhall can-i -n acme\n"},
        Case{"MayNotImpersonate",
             server_said(ErrorKind::Forbidden, "Forbidden", "User \"jane\" cannot impersonate resource \"users\""),
             "Error from server (Forbidden): User \"jane\" cannot impersonate resource \"users\"\nOnly who may "
             "impersonate can use --as. Leave it out.\n"},
        Case{"MayNotReadTheLog", server_said(ErrorKind::Forbidden, "Forbidden", cannot("list", "auditentries")),
             "Error from server (Forbidden): " + cannot("list", "auditentries") +
                 "\nThe log is for the organization's Admins and Editors. See who is one: kubectl guildhall members "
                 "list "
                 "--role Admin -n acme\n"},
        Case{"MayNotReadAllLogs",
             server_said(ErrorKind::Forbidden, "Forbidden",
                         "User \"jane\" cannot list resource \"auditentries\" at the cluster scope"),
             "Error from server (Forbidden): User \"jane\" cannot list resource \"auditentries\" at the cluster scope\n"
             "Only platform teams read the logs of all organizations.\n"},
        Case{
            "NoRecordsApi",
            about("auditentries in acme",
                  server_said(ErrorKind::NotFound, "NotFound", "the server could not find the requested resource")),
            "error: the records API is not installed or its APIService is not available: the server could not find the "
            "requested resource\nSee what is wrong with it: kubectl get apiservice v1alpha1.records.guildhall.dev\n"},
        Case{"NobodyBehindTheRecordsApi",
             about("signups",
                   server_said(ErrorKind::Unavailable, "", "the API server answered 503: service unavailable")),
             "error: the records API is not installed or its APIService is not available: the API server answered 503: "
             "service unavailable\nSee what is wrong with it: kubectl get apiservice v1alpha1.records.guildhall.dev\n"},
        Case{"TheRecordsApiCannotDoIt",
             about("signups", server_said(ErrorKind::Unavailable, "ServiceUnavailable", "takes no sign-ups")),
             "Error from server (ServiceUnavailable): takes no sign-ups\n"},
        Case{
            "TheLastAdmin",
            server_said(ErrorKind::Forbidden, "Forbidden",
                        "admission webhook \"invariants.guildhall.dev\" denied the request: ada is the last active "
                        "Admin of acme: make another Member an Admin first"),
            "Error from server (Forbidden): admission webhook \"invariants.guildhall.dev\" denied the request: ada is "
            "the last active Admin of acme: make another Member an Admin first\nMake another Member an Admin, then try "
            "again: kubectl guildhall members role NAME Admin -n acme\n"},
        Case{"WouldBeTheLastAdmin",
             server_said(ErrorKind::Forbidden, "Forbidden", "ada would be the last active Admin of acme"),
             "Error from server (Forbidden): ada would be the last active Admin of acme\nAnother Admin is being "
             "removed. "
             "Try again later.\n"},
        Case{"NoDelivery",
             server_said(ErrorKind::Forbidden, "Forbidden", "delivery None needs the verb manage on the Organization"),
             "Error from server (Forbidden): delivery None needs the verb manage on the Organization\nLeave --delivery "
             "out, or use --delivery Link.\n"},
        Case{"NotInstalled", server_said(ErrorKind::NotFound, "", "the API server answered 404: 404 page not found"),
             "error: the server doesn't have a resource type \"members\"\nGuildhall is not installed in this cluster: "
             "it "
             "has no members.guildhall.dev. Is it the right one? See: kubectl config current-context\n"},
        Case{"NoSuchMember", server_said(ErrorKind::NotFound, "NotFound", "members.guildhall.dev \"x\" not found"),
             "Error from server (NotFound): members.guildhall.dev \"x\" not found\nSee who is there: kubectl guildhall "
             "members list -n acme\n"},
        Case{"NoSuchNamespace", server_said(ErrorKind::NotFound, "NotFound", "namespaces \"x\" not found"),
             "Error from server (NotFound): namespaces \"x\" not found\nName the organization's home namespace with "
             "-n.\n"},
        Case{"NoCredentials", server_said(ErrorKind::Unauthorized, "Unauthorized", "Unauthorized"),
             "error: You must be logged in to the server (Unauthorized)\n"},
        Case{"WebhookIsDown",
             server_said(ErrorKind::Unavailable, "InternalError",
                         "Internal error occurred: failed calling webhook \"invariants.guildhall.dev\""),
             "Error from server (InternalError): Internal error occurred: failed calling webhook "
             "\"invariants.guildhall.dev\"\nGuildhall's operator does not answer. Nothing was changed; try again, and "
             "tell the platform team.\n"},
        Case{"NoConnection", server_said(ErrorKind::Unavailable, "", "connection refused"),
             "Unable to connect to the server: connection refused\n"},
        Case{"Changed", server_said(ErrorKind::Conflict, "Conflict", "uid mismatch"),
             "Error from server (Conflict): uid mismatch\nIt was changed meanwhile. Look at it, and try again.\n"},
        Case{"OurOwn", server_said(ErrorKind::Invalid, "", "that is not jane@acme.example"),
             "error: that is not jane@acme.example\n"},
        Case{"WordsThatDriveATerminal", server_said(ErrorKind::Invalid, "Invalid", "bad \x1b]0;x\x07"),
             "Error from server (Invalid): bad \\x1b]0;x\\x07\n"}),
    [](const auto& info) { return info.param.name; });

TEST(ExplainTest, WithoutAClusterItSaysHowToNameOne) {
  EXPECT_THAT(no_configuration(), testing::HasSubstr("Via the KUBECONFIG environment variable"));
  EXPECT_EQ(explain_no_cluster(server_said(ErrorKind::NotFound, "", "there is no context 'x'")),
            "error: there is no context 'x'\nSee which contexts there are: kubectl config get-contexts\n");
}

}  // namespace
}  // namespace guildhall::plugin
