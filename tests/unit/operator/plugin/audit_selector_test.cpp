#include "operator/plugin/audit_selector.hpp"

#include <gtest/gtest.h>

namespace guildhall::plugin {
namespace {

AuditSelection all_of_it() {
  return {.action = "MemberRoleChanged",
          .email = "Ada@acme.example",
          .outcome = "Refused",
          .scope = "Deployment",
          .object = "Member/jane",
          .from = "7d",
          .to = "2026-11-24T10:00:00Z",
          .query = "x"};
}

AuditSelection with_query(const char* text) {
  AuditSelection selection;
  selection.query = text;
  return selection;
}

AuditSelection with_empty_words() {
  AuditSelection selection;
  selection.email = "";
  selection.from = "";
  return selection;
}

struct Case {
  const char* name;
  AuditSelection selection;
  const char* want;
};

void PrintTo(const Case& test, std::ostream* out) {
  *out << test.name;
}

class AuditSelectorTest : public testing::TestWithParam<Case> {};

TEST_P(AuditSelectorTest, SaysItAsAFieldSelector) {
  EXPECT_EQ(field_selector(GetParam().selection), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table, AuditSelectorTest,
    testing::Values(Case{"NothingSelectsAll", {}, ""},
                    Case{"AllOfIt", all_of_it(),
                         "action=MemberRoleChanged,email=ada@acme.example,outcome=Refused,scope=Deployment,"
                         "object=Member/jane,from=7d,to=2026-11-24T10:00:00Z,q=x"},
                    Case{"EscapesWhatParts", with_query(R"(a,b=c\d)"), R"(q=a\,b\=c\\d)"},
                    Case{"LeavesTheRest", with_query("ä 'x' & \"y\" %2C"), "q=ä 'x' & \"y\" %2C"},
                    Case{"WhatIsGivenEmptyIsAskedFor", with_empty_words(), "email=,from="}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace guildhall::plugin
