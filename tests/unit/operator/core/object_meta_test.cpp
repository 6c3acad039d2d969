#include "operator/core/object_meta.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace guildhall::core {
namespace {

nlohmann::json full() {
  return nlohmann::json::parse(R"({
    "name": "grafana", "generateName": "graf", "namespace": "acme", "uid": "7d2c", "resourceVersion": "1042", "generation": 3,
    "creationTimestamp": "2026-11-01T09:00:00Z", "deletionTimestamp": "2026-11-24T10:00:00Z",
    "labels": {"team": "core"}, "annotations": {"guildhall.dev/paused": "true"},
    "finalizers": ["guildhall.dev/api-key", "foregroundDeletion"],
    "ownerReferences": [
      {"apiVersion": "guildhall.dev/v1alpha1", "kind": "Organization", "name": "acme", "uid": "11", "controller": true},
      {"apiVersion": "v1", "kind": "ConfigMap", "name": "other", "uid": "12"}],
    "managedFields": [{"manager": "kubectl"}]
  })");
}

TEST(ObjectMeta, ReadsAllThatItKeeps) {
  const auto meta = parse_object_meta(full());
  ASSERT_TRUE(meta) << meta.error().describe();
  const ObjectMeta want{.name = "grafana",
                        .generate_name = "graf",
                        .ns = "acme",
                        .uid = "7d2c",
                        .resource_version = "1042",
                        .generation = 3,
                        .creation_timestamp = parse_timestamp("2026-11-01T09:00:00Z").value(),
                        .deletion_timestamp = parse_timestamp("2026-11-24T10:00:00Z").value(),
                        .labels = {{"team", "core"}},
                        .annotations = {{"guildhall.dev/paused", "true"}},
                        .finalizers = {"guildhall.dev/api-key", "foregroundDeletion"},
                        .owner_references = {{"guildhall.dev/v1alpha1", "Organization", "acme", "11", true},
                                             {"v1", "ConfigMap", "other", "12", false}}};
  EXPECT_EQ(*meta, want);
}

TEST(ObjectMeta, ReadsTheLeastThatAnObjectHas) {
  const auto meta = parse_object_meta({{"name", "acme"}});
  ASSERT_TRUE(meta);
  EXPECT_EQ(meta->key(), (ObjectKey{"", "acme"}));
  EXPECT_EQ(meta->creation_timestamp, Timestamp{});
  EXPECT_FALSE(meta->is_deleting());
}

TEST(ObjectMeta, AnswersAboutItself) {
  const auto meta = parse_object_meta(full());
  ASSERT_TRUE(meta);
  EXPECT_EQ(meta->key(), (ObjectKey{"acme", "grafana"}));
  EXPECT_TRUE(meta->is_deleting());
  EXPECT_TRUE(meta->has_finalizer("foregroundDeletion"));
  EXPECT_FALSE(meta->has_finalizer("guildhall.dev/api"));
  EXPECT_EQ(meta->label("team"), "core");
  EXPECT_EQ(meta->label("guildhall.dev/paused"), "");
  EXPECT_EQ(meta->annotation("guildhall.dev/paused"), "true");
  EXPECT_EQ(meta->annotation("team"), "");
}

struct RefusedCase {
  std::string name;
  nlohmann::json metadata;
  std::string want;
};

class ObjectMetaRefuses : public testing::TestWithParam<RefusedCase> {};

TEST_P(ObjectMetaRefuses, AndNamesThePath) {
  const auto meta = parse_object_meta(GetParam().metadata);
  ASSERT_FALSE(meta);
  EXPECT_EQ(meta.error().kind, ErrorKind::Invalid);
  EXPECT_NE(meta.error().describe().find(GetParam().want), std::string::npos) << meta.error().describe();
}

INSTANTIATE_TEST_SUITE_P(, ObjectMetaRefuses,
                         testing::Values(RefusedCase{"NoName", nlohmann::json::object(), "metadata.name"},
                                         RefusedCase{"AnEmptyName", {{"name", ""}}, "metadata.name"},
                                         RefusedCase{"ANumberForAName", {{"name", 5}}, "metadata.name"},
                                         RefusedCase{"Null", nullptr, "metadata.name"},
                                         RefusedCase{"AList", nlohmann::json::array(), "metadata.name"},
                                         RefusedCase{"ATimeThatIsNone",
                                                     {{"name", "a"}, {"creationTimestamp", "soon"}},
                                                     "metadata.creationTimestamp"},
                                         RefusedCase{"ADeletionTimeThatIsNone",
                                                     {{"name", "a"}, {"deletionTimestamp", "soon"}},
                                                     "metadata.deletionTimestamp"}),
                         [](const auto& info) { return info.param.name; });

TEST(ObjectMeta, TakesWhatHasAForeignTypeAsAbsentAndNeverThrows) {
  const auto meta = parse_object_meta(nlohmann::json::parse(R"({
    "name": "a", "namespace": null, "generation": "3", "labels": ["team"], "annotations": {"n": 5, "t": "text"},
    "finalizers": {"a": "b"}, "creationTimestamp": null,
    "ownerReferences": [null, "acme", {"name": "acme", "controller": "yes"}, {"name": "acme", "controller": null}]
  })"));
  ASSERT_TRUE(meta) << meta.error().describe();
  EXPECT_EQ(meta->ns, "");
  EXPECT_EQ(meta->generation, 0);
  EXPECT_TRUE(meta->labels.empty());
  EXPECT_EQ(meta->annotations, (std::map<std::string, std::string>{{"t", "text"}}));
  EXPECT_TRUE(meta->finalizers.empty());
  ASSERT_EQ(meta->owner_references.size(), 4U);
  for (const OwnerReference& owner : meta->owner_references)
    EXPECT_FALSE(owner.controller);
}

TEST(ObjectHead, NamesTheNamespaceOnlyWhereThereIsOne) {
  EXPECT_EQ(object_head(types::secrets(), {"acme", "grafana"}),
            nlohmann::json::parse(
                R"({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "grafana", "namespace": "acme"}})"));
  EXPECT_EQ(object_head(types::namespaces(), {"", "acme"}),
            nlohmann::json::parse(R"({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "acme"}})"));
}

}  // namespace
}  // namespace guildhall::core
