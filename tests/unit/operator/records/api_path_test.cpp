#include "operator/records/api_path.hpp"

#include <gtest/gtest.h>

namespace guildhall::records {
namespace {

ApiPath at(Place place) {
  return {.place = place, .ns = {}, .resource = {}, .name = {}, .subresource = {}};
}

struct Case {
  const char* path;
  ApiPath want;
};

class AnApiPath : public ::testing::TestWithParam<Case> {};

TEST_P(AnApiPath, LeadsTo) {
  const ApiPath got = read_api_path(GetParam().path);
  EXPECT_EQ(got, GetParam().want) << GetParam().path << " -> " << static_cast<int>(got.place) << " ns=" << got.ns
                                  << " resource=" << got.resource << " name=" << got.name
                                  << " subresource=" << got.subresource;
}

ApiPath entries(std::string ns, std::string name = {}) {
  return {.place = Place::Resource,
          .ns = std::move(ns),
          .resource = "auditentries",
          .name = std::move(name),
          .subresource = {}};
}

#define BASE "/apis/records.guildhall.dev/v1alpha1"

INSTANTIATE_TEST_SUITE_P(
    Documents, AnApiPath,
    ::testing::Values(Case{"/apis", at(Place::Groups)}, Case{"/apis/", at(Place::Groups)},
                      Case{"/apis/records.guildhall.dev", at(Place::Group)}, Case{BASE, at(Place::Version)},
                      Case{BASE "/", at(Place::Version)}, Case{"/openapi/v3", at(Place::OpenApi)},
                      Case{"/openapi/v3" BASE, at(Place::OpenApiOfVersion)}, Case{"/healthz", at(Place::Health)},
                      Case{"/livez", at(Place::Health)}, Case{"/readyz", at(Place::Health)},
                      Case{"/", at(Place::Unknown)}, Case{"", at(Place::Unknown)}, Case{"/api", at(Place::Unknown)},
                      Case{"/openapi/v2", at(Place::Unknown)}, Case{"/apis/guildhall.dev", at(Place::Unknown)},
                      Case{"/apis/records.guildhall.dev/v1", at(Place::Unknown)},
                      Case{"/apis/records.guildhall.dev/v1alpha10", at(Place::Unknown)},
                      Case{"//apis//records.guildhall.dev", at(Place::Unknown)}));

INSTANTIATE_TEST_SUITE_P(
    Resources, AnApiPath,
    ::testing::Values(
        Case{BASE "/auditentries", entries("")}, Case{BASE "/auditentries/", entries("")},
        Case{BASE "/auditentries/00ff", entries("", "00ff")},
        Case{BASE "/namespaces/acme/auditentries", entries("acme")},
        Case{BASE "/namespaces/acme/auditentries/00ff", entries("acme", "00ff")},
        Case{BASE "/namespaces/acme/auditentries/00ff/status",
             {.place = Place::Resource,
              .ns = "acme",
              .resource = "auditentries",
              .name = "00ff",
              .subresource = "status"}},
        Case{
            BASE "/namespaces/acme/auditentries/00ff/a/b",
            {.place = Place::Resource, .ns = "acme", .resource = "auditentries", .name = "00ff", .subresource = "a/b"}},
        Case{BASE "/signups",
             {.place = Place::Resource, .ns = "", .resource = "signups", .name = "", .subresource = ""}},
        Case{BASE "/namespaces/acme",
             {.place = Place::Resource, .ns = "", .resource = "namespaces", .name = "acme", .subresource = ""}},
        Case{BASE "/namespaces",
             {.place = Place::Resource, .ns = "", .resource = "namespaces", .name = "", .subresource = ""}},
        Case{BASE "/namespaces//auditentries", at(Place::Unknown)},
        Case{BASE "/pods", {.place = Place::Resource, .ns = "", .resource = "pods", .name = "", .subresource = ""}}));

INSTANTIATE_TEST_SUITE_P(Escapes, AnApiPath,
                         ::testing::Values(Case{BASE "/namespaces/a%63me/auditentries", entries("acme")},
                                           Case{BASE "/namespaces/acme%2Fauditentries", entries("acme")},
                                           Case{BASE "/namespaces/acme/auditentries/%2e%2e", entries("acme", "..")},
                                           Case{BASE "/namespaces/acme/auditentries/a+b", entries("acme", "a+b")},
                                           Case{BASE "/auditentries/%zz", at(Place::Malformed)},
                                           Case{BASE "/auditentries/%2", at(Place::Malformed)},
                                           Case{BASE "/auditentries/%252F", entries("", "%2F")}));

TEST(AVerb, IsThatOfRbac) {
  EXPECT_EQ(verb_of("GET", false, false), "list");
  EXPECT_EQ(verb_of("GET", false, true), "watch");
  EXPECT_EQ(verb_of("GET", true, true), "get");
  EXPECT_EQ(verb_of("HEAD", true, false), "get");
  EXPECT_EQ(verb_of("POST", false, true), "create");
  EXPECT_EQ(verb_of("PUT", true, false), "update");
  EXPECT_EQ(verb_of("PATCH", true, false), "patch");
  EXPECT_EQ(verb_of("DELETE", true, false), "delete");
  EXPECT_EQ(verb_of("DELETE", false, false), "deletecollection");
  EXPECT_EQ(verb_of("OPTIONS", false, false), "");
  EXPECT_EQ(verb_of("get", false, false), "");
}

}  // namespace
}  // namespace guildhall::records
