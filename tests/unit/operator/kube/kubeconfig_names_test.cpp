#include "operator/kube/kubeconfig_names.hpp"

#include <gmock/gmock.h>

namespace guildhall::kube {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(KubeconfigNamesTest, AreThoseOfAllFilesEachOnce) {
  const KubeconfigNames names = names_in(
      {{"{contexts: [{name: b, context: {namespace: acme}}, {name: a, context: {}}], users: [{name: jane}]}", "/1"},
       {"{contexts: [{name: b, context: {namespace: other}}, {name: c, context: {namespace: acme}}], "
        "clusters: [{name: far}, {name: near}]}",
        "/2"}});
  EXPECT_THAT(names.contexts, ElementsAre("b", "a", "c"));
  EXPECT_THAT(names.clusters, ElementsAre("far", "near"));
  EXPECT_THAT(names.users, ElementsAre("jane"));
  EXPECT_THAT(names.namespaces, ElementsAre("acme", "other"));
}

TEST(KubeconfigNamesTest, WhatCannotBeReadIsPassedOver) {
  for (const char* broken : {"", "[", "x", "[a]", "{contexts: 3}", "{contexts: [3, {}, {name: [a]}, {name: ''}]}",
                             "{contexts: [{name: , context: [x]}]}"}) {
    EXPECT_THAT(names_in({{broken, "/1"}}).contexts, IsEmpty()) << broken;
    EXPECT_THAT(names_in({{broken, "/1"}, {"{contexts: [{name: a}]}", "/2"}}).contexts, ElementsAre("a")) << broken;
  }
}

}  // namespace
}  // namespace guildhall::kube
