#include "operator/kube/request.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace guildhall::kube {
namespace {

using core::types::namespaces;
using core::types::secrets;

const core::ResourceType kApiKeys{"guildhall.dev", "v1alpha1", "apikeys", "ApiKey", true};

Selection select(std::string ns, std::string label_selector, std::string field_selector) {
  return {
      .ns = std::move(ns), .label_selector = std::move(label_selector), .field_selector = std::move(field_selector)};
}

Call paged() {
  ListOptions options;
  options.selection = select("acme", "app.kubernetes.io/managed-by=guildhall,x in (a,b)", "type=guildhall.dev/api-key");
  options.limit = 2;
  options.continue_token = "a+b/c==";
  return list_call(secrets(), options);
}

Call relist() {
  ListOptions options;
  options.limit = 0;
  options.resource_version = "7";
  options.resource_version_match = "NotOlderThan";
  return list_call(kApiKeys, options);
}

Call streaming_list() {
  WatchOptions options;
  options.initial_events = true;
  options.timeout = std::chrono::seconds(301);
  return watch_call(kApiKeys, options);
}

Call resumed_watch() {
  WatchOptions options;
  options.selection = select("", "a=b", "");
  options.resource_version = "42";
  return watch_call(namespaces(), options);
}

Call exported() {
  return lines_call({"records.guildhall.dev", "v1alpha1", "auditentries", "AuditEntry"},
                    {.selection = select("acme", "", "q=a\\,b"), .format = "csv"});
}

struct Case {
  const char* name;
  Call call;
  std::string method;
  std::string target;
  std::string content_type;
  std::string verb;
  std::string resource;
  bool write;
  bool repeatable;
};

class RequestTest : public testing::TestWithParam<Case> {};

TEST_P(RequestTest, IsBuilt) {
  const Case& wanted = GetParam();
  EXPECT_EQ(wanted.call.request.method, wanted.method);
  EXPECT_EQ(wanted.call.request.target, wanted.target);
  EXPECT_EQ(wanted.call.request.content_type, wanted.content_type);
  EXPECT_EQ(wanted.call.verb, wanted.verb);
  EXPECT_EQ(wanted.call.resource, wanted.resource);
  EXPECT_EQ(wanted.call.write, wanted.write);
  EXPECT_EQ(wanted.call.repeatable, wanted.repeatable);
}

const char* const kJson = "application/json";
const char* const kApply = "application/apply-patch+yaml";

INSTANTIATE_TEST_SUITE_P(
    Calls, RequestTest,
    testing::Values(
        Case{"GetInTheCoreGroup", get_call(secrets(), {"acme", "grafana"}), "GET",
             "/api/v1/namespaces/acme/secrets/grafana", "", "get", "secrets", false, true},
        Case{"GetOfAClusterScopedObject", get_call(namespaces(), {"", "acme"}), "GET", "/api/v1/namespaces/acme", "",
             "get", "namespaces", false, true},
        Case{"GetEncodesNames", get_call(core::types::role_bindings(), {"acme", "guildhall:a/b"}), "GET",
             "/apis/rbac.authorization.k8s.io/v1/namespaces/acme/rolebindings/guildhall%3Aa%2Fb", "", "get",
             "rolebindings.rbac.authorization.k8s.io", false, true},
        Case{"ListOfOnePage", paged(), "GET",
             "/api/v1/namespaces/acme/"
             "secrets?labelSelector=app.kubernetes.io%2Fmanaged-by%3Dguildhall%2Cx%20in%20%28a%2Cb%29"
             "&fieldSelector=type%3Dguildhall.dev%2Fapi-key&limit=2&continue=a%2Bb%2Fc%3D%3D",
             "", "list", "secrets", false, true},
        Case{"ListNotOlderThan", relist(), "GET",
             "/apis/guildhall.dev/v1alpha1/apikeys?resourceVersion=7&resourceVersionMatch=NotOlderThan", "", "list",
             "apikeys.guildhall.dev", false, true},
        Case{"WatchAsStreamingList", streaming_list(), "GET",
             "/apis/guildhall.dev/v1alpha1/"
             "apikeys?watch=true&allowWatchBookmarks=true&timeoutSeconds=301&sendInitialEvents=true&"
             "resourceVersionMatch="
             "NotOlderThan",
             "", "watch", "apikeys.guildhall.dev", false, true},
        Case{"WatchFromAVersion", resumed_watch(), "GET",
             "/api/v1/"
             "namespaces?watch=true&allowWatchBookmarks=true&timeoutSeconds=300&labelSelector=a%3Db&resourceVersion=42",
             "", "watch", "namespaces", false, true},
        Case{"LinesOfAList", exported(), "GET",
             "/apis/records.guildhall.dev/v1alpha1/namespaces/acme/auditentries?fieldSelector=q%3Da%5C%2Cb&format=csv",
             "", "list", "auditentries.records.guildhall.dev", false, true},
        Case{"Create", create_call(secrets(), "acme", "{}", "guildhall"), "POST",
             "/api/v1/namespaces/acme/secrets?fieldManager=guildhall", kJson, "create", "secrets", true, false},
        Case{"Apply", apply_call(kApiKeys, {"acme", "grafana"}, "{}", {}, "guildhall"), "PATCH",
             "/apis/guildhall.dev/v1alpha1/namespaces/acme/apikeys/grafana?fieldManager=guildhall&force=true", kApply,
             "patch", "apikeys.guildhall.dev", true, true},
        Case{"ApplyOfStatus", apply_call(kApiKeys, {"acme", "grafana"}, "{}", {.subresource = "status"}, "guildhall"),
             "PATCH",
             "/apis/guildhall.dev/v1alpha1/namespaces/acme/apikeys/grafana/status?fieldManager=guildhall&force=true",
             kApply, "patch", "apikeys.guildhall.dev/status", true, true},
        Case{"ApplyAsADryRun",
             apply_call(kApiKeys, {"acme", "grafana"}, "{}", {.subresource = "", .force = false, .dry_run = true},
                        "guildhall"),
             "PATCH",
             "/apis/guildhall.dev/v1alpha1/namespaces/acme/apikeys/"
             "grafana?fieldManager=guildhall&force=false&dryRun=All",
             kApply, "patch", "apikeys.guildhall.dev", false, true},
        Case{"MergePatch", merge_patch_call(namespaces(), {"", "acme"}, "{}", "guildhall"), "PATCH",
             "/api/v1/namespaces/acme?fieldManager=guildhall", "application/merge-patch+json", "patch", "namespaces",
             true, true},
        Case{"Replace", replace_call(secrets(), {"acme", "grafana"}, "{}", "guildhall"), "PUT",
             "/api/v1/namespaces/acme/secrets/grafana?fieldManager=guildhall", kJson, "update", "secrets", true, true},
        Case{"DeleteOfAnyUid", delete_call(secrets(), {"acme", "grafana"}, {}), "DELETE",
             "/api/v1/namespaces/acme/secrets/grafana", kJson, "delete", "secrets", true, false},
        Case{"DeleteOfOneUid", delete_call(secrets(), {"acme", "grafana"}, {.uid = "u", .resource_version = {}}),
             "DELETE", "/api/v1/namespaces/acme/secrets/grafana", kJson, "delete", "secrets", true, true},
        Case{"Discovery", discovery_call(kApiKeys), "GET", "/apis/guildhall.dev/v1alpha1", "", "get",
             "apikeys.guildhall.dev", false, true},
        Case{"DiscoveryOfTheCoreGroup", discovery_call(secrets()), "GET", "/api/v1", "", "get", "secrets", false, true},
        Case{"TokenReview", token_review_call("t", {}), "POST", "/apis/authentication.k8s.io/v1/tokenreviews", kJson,
             "create", "tokenreviews.authentication.k8s.io", false, true},
        Case{"AccessReview", access_review_call({}), "POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews",
             kJson, "create", "subjectaccessreviews.authorization.k8s.io", false, true}),
    [](const auto& info) { return info.param.name; });

nlohmann::json body_of(const Call& call) {
  return nlohmann::json::parse(call.request.body);
}

TEST(RequestBodyTest, ADeleteCarriesItsPreconditions) {
  EXPECT_EQ(body_of(delete_call(secrets(), {"acme", "x"}, {.uid = "u", .resource_version = "7"})),
            (nlohmann::json{{"apiVersion", "v1"},
                            {"kind", "DeleteOptions"},
                            {"propagationPolicy", "Background"},
                            {"preconditions", {{"uid", "u"}, {"resourceVersion", "7"}}}}));
  EXPECT_FALSE(body_of(delete_call(secrets(), {"acme", "x"}, {})).contains("preconditions"));
}

TEST(RequestBodyTest, ATokenReviewCarriesTokenAndAudiences) {
  EXPECT_EQ(body_of(token_review_call("t", {"guildhall.dev"})).at("spec"),
            (nlohmann::json{{"token", "t"}, {"audiences", {"guildhall.dev"}}}));
  EXPECT_EQ(body_of(token_review_call("t", {})).at("spec"), (nlohmann::json{{"token", "t"}}));
}

TEST(RequestBodyTest, AnAccessReviewCarriesTheQuestion) {
  const AccessQuestion question{.user = "ada",
                                .groups = {"g"},
                                .verb = "manage",
                                .group = "guildhall.dev",
                                .resource = "organizations",
                                .ns = "",
                                .name = "acme"};
  const auto spec = body_of(access_review_call(question)).at("spec");
  EXPECT_EQ(spec.at("user"), "ada");
  EXPECT_EQ(spec.at("groups"), nlohmann::json::array({"g"}));
  EXPECT_EQ(spec.at("resourceAttributes").at("verb"), "manage");
  EXPECT_EQ(spec.at("resourceAttributes").at("group"), "guildhall.dev");
  EXPECT_EQ(spec.at("resourceAttributes").at("resource"), "organizations");
  EXPECT_EQ(spec.at("resourceAttributes").at("name"), "acme");
  EXPECT_FALSE(spec.contains("uid"));
  EXPECT_FALSE(spec.contains("extra"));
}

TEST(RequestBodyTest, AnAccessReviewCarriesAllThatIsKnownOfTheUser) {
  AccessQuestion question;
  question.uid = "u-1";
  question.extra = {{"scopes", {"a", "b"}}};
  const auto spec = body_of(access_review_call(question)).at("spec");
  EXPECT_EQ(spec.at("uid"), "u-1");
  EXPECT_EQ(spec.at("extra"), (nlohmann::json{{"scopes", {"a", "b"}}}));
}

TEST(RequestBodyTest, ATokenThatIsNoUtf8DoesNotEndTheProcess) {
  EXPECT_TRUE(body_of(token_review_call("\xff", {})).at("spec").contains("token"));
}

TEST(PercentEncodeTest, KeepsOnlyTheUnreservedCharacters) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode("a b+c%\xc3\xa4"), "a%20b%2Bc%25%C3%A4");
}

TEST(PathTest, HasNamesOnly) {
  EXPECT_TRUE(has_names_only(object_path(kApiKeys, {"acme", "guildhall:self:jane"}, "status")));
  EXPECT_TRUE(has_names_only("/apis/guildhall.dev/v1alpha1/apikeys?continue=a/../b%2F"));
  EXPECT_TRUE(has_names_only("/version"));
  for (const char* name : {"", ".", "..", "ada/status", "../ada", "a%2fb"}) {
    EXPECT_FALSE(has_names_only(object_path(kApiKeys, {"acme", name}))) << name;
    EXPECT_EQ(has_names_only(collection_path(kApiKeys, name)), std::string(name).empty()) << name << ": all namespaces";
  }
}

TEST(RequestTest, ADryRunIsNoWrite) {
  const Call created = as_dry_run(create_call(kApiKeys, "acme", "{}", "guildhall"));
  EXPECT_EQ(created.request.target,
            "/apis/guildhall.dev/v1alpha1/namespaces/acme/apikeys?fieldManager=guildhall&dryRun=All");
  EXPECT_FALSE(created.write);
  const Call removed = as_dry_run(delete_call(kApiKeys, {"acme", "grafana"}, {}));
  EXPECT_EQ(removed.request.target, "/apis/guildhall.dev/v1alpha1/namespaces/acme/apikeys/grafana?dryRun=All");
  const Call read = as_dry_run(get_call(kApiKeys, {"acme", "grafana"}));
  EXPECT_EQ(read.request.target, "/apis/guildhall.dev/v1alpha1/namespaces/acme/apikeys/grafana");
}

}  // namespace
}  // namespace guildhall::kube
