#include "operator/plugin/home.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace guildhall::plugin {
namespace {

nlohmann::json ns(const std::string& name, const nlohmann::json& labels) {
  return {{"metadata", {{"name", name}, {"labels", labels}}}};
}

const nlohmann::json kAcme{{"status", {{"homeNamespace", "acme"}}}};

std::string problem(const nlohmann::json& at, const nlohmann::json& organization) {
  const auto checked = check_home(at, organization);
  return checked ? "" : checked.error().message;
}

TEST(HomeTest, AHomeIsAHome) {
  EXPECT_EQ(problem(ns("acme", {{"guildhall.dev/organization", "acme"}}), kAcme), "");
}

TEST(HomeTest, ASpannedNamespaceLeadsToTheHome) {
  EXPECT_EQ(problem(ns("acme-prod", {{"guildhall.dev/organization", "acme"}}), kAcme),
            "acme-prod runs deployments of acme, whose home namespace is acme: use -n acme");
}

TEST(HomeTest, WhatIsNotKnownIsNotHeldAgainstIt) {
  EXPECT_EQ(problem(ns("acme", {{"guildhall.dev/organization", "acme"}}), nullptr), "");
}

TEST(HomeTest, AnotherNamespaceIsNoneButForEnrolment) {
  EXPECT_EQ(problem(ns("lone", {{"guildhall.dev/enroll", "true"}}), nullptr), "");
  EXPECT_EQ(problem(ns("lone", nlohmann::json::object()), nullptr).find("lone is not the home namespace"), 0U);
}

}  // namespace
}  // namespace guildhall::plugin
