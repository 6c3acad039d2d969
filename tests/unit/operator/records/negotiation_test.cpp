#include "operator/records/negotiation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace guildhall::records {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string first_of(std::string_view header) {
  const auto clauses = parse_accept(header);
  return clauses.empty() ? "" : clauses.front().type + "/" + clauses.front().subtype;
}

TEST(AnAcceptHeader, IsOrderedByWhatIsLiked) {
  EXPECT_EQ(first_of("text/html;q=0.5, application/json"), "application/json");
  EXPECT_EQ(first_of("*/*, application/json"), "application/json");
  EXPECT_EQ(first_of("application/*, application/json"), "application/json");
  EXPECT_EQ(first_of("application/yaml, application/json"), "application/yaml");
  EXPECT_EQ(first_of("application/json;q=0.1, */*;q=0.9"), "*/*");
  EXPECT_EQ(first_of(" application / json ; q=1"), "application/json");
  EXPECT_EQ(first_of(""), "*/*");
  EXPECT_EQ(first_of("*"), "*/*");
  EXPECT_EQ(first_of("application/json;q=0, text/csv"), "text/csv");
}

TEST(AnAcceptHeader, OfWhatIsNoneHasNoClause) {
  EXPECT_THAT(parse_accept("application, /json, ,;q=1"), IsEmpty());
  EXPECT_THAT(parse_accept("application/json;q=zero"), IsEmpty());
}

// As kubectl 1.34 sends them.
constexpr const char* kKubectl =
    "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";
constexpr const char* kMetadataInformer =
    "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,"
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

Representation form(Form form, std::string version = "v1", RowObject rows = RowObject::Metadata) {
  return {.form = form, .meta_version = std::move(version), .rows = rows};
}

TEST(Negotiation, GivesKubectlATable) {
  EXPECT_EQ(*negotiate(kKubectl, "", Answered::Many), form(Form::Table));
  EXPECT_EQ(*negotiate(kKubectl, "Object", Answered::One), form(Form::Table, "v1", RowObject::Object));
  EXPECT_EQ(*negotiate(kKubectl, "None", Answered::One), form(Form::Table, "v1", RowObject::None));
  EXPECT_EQ(*negotiate("application/json;as=Table;v=v1beta1;g=meta.k8s.io", "Metadata", Answered::Many),
            form(Form::Table, "v1beta1"));
}

TEST(Negotiation, GivesTheObjectItself) {
  for (const char* accept : {"", "*/*", "application/json", "application/*", "application/json, */*",
                             "application/vnd.kubernetes.protobuf,application/json"})
    EXPECT_EQ(*negotiate(accept, "Nonsense", Answered::Many), form(Form::Plain)) << accept;
}

TEST(Negotiation, PassesOverAFormThatIsNotKnown) {
  EXPECT_EQ(*negotiate("application/json;as=Table;v=v2;g=meta.k8s.io,application/json", "", Answered::Many),
            form(Form::Plain));
  EXPECT_EQ(*negotiate("application/json;as=Pod;v=v1;g=,application/json", "", Answered::Many), form(Form::Plain));
  EXPECT_EQ(negotiate("application/json;as=Table;v=v2;g=meta.k8s.io", "", Answered::Many).error().code, 406);
}

TEST(Negotiation, GivesMetadataAlone) {
  EXPECT_EQ(*negotiate(kMetadataInformer, "", Answered::Many), form(Form::Metadata));
  const char* one = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
  EXPECT_EQ(*negotiate(one, "", Answered::One), form(Form::Metadata));
  EXPECT_THAT(negotiate(one, "", Answered::Many).error().message, HasSubstr("is a list"));
  EXPECT_EQ(negotiate(kMetadataInformer, "", Answered::One).error().code, 406);
}

TEST(Negotiation, RefusesWhatCannotBeHad) {
  for (const char* accept : {"application/vnd.kubernetes.protobuf", "application/yaml", "text/html", "nonsense"}) {
    const auto none = negotiate(accept, "", Answered::Many);
    ASSERT_FALSE(none) << accept;
    EXPECT_EQ(none.error().code, 406);
    EXPECT_EQ(none.error().message, "only the following media types are accepted: application/json");
  }
}

TEST(Negotiation, RefusesRowsThatThereAreNone) {
  const auto none = negotiate(kKubectl, "All", Answered::Many);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, 400);
  EXPECT_THAT(none.error().message, HasSubstr("there are Metadata, Object, None"));
}

TEST(NegotiationOfDiscovery, GivesTheAggregatedFormFirst) {
  EXPECT_EQ(*negotiate_discovery("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
                                 "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList"),
            "v2");
  EXPECT_EQ(*negotiate_discovery("application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
                                 "application/json"),
            "v2beta1");
  EXPECT_EQ(*negotiate_discovery("application/json"), "");
  EXPECT_EQ(*negotiate_discovery(""), "");
  EXPECT_EQ(*negotiate_discovery("application/json;g=apidiscovery.k8s.io;v=v3;as=APIGroupDiscoveryList,*/*"), "");
  EXPECT_EQ(negotiate_discovery("text/html").error().code, 406);
}

TEST(NegotiationOfJson, TakesAnyClauseThatDoes) {
  EXPECT_TRUE(negotiate_json("text/html, application/json;as=Table"));
  EXPECT_TRUE(negotiate_json(""));
  EXPECT_EQ(negotiate_json("application/com.github.proto-openapi.spec.v3@v1.0+protobuf").error().code, 406);
}

}  // namespace
}  // namespace guildhall::records
