#include "operator/records/list_text.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/operator/records/some_entries.hpp"

namespace guildhall::records {
namespace {

using nlohmann::json;

Representation form(Form form, std::string version = "v1") {
  return {.form = form, .meta_version = std::move(version)};
}

json list_of(const Representation& wanted, int count, const std::string& continue_token = "") {
  std::string out;
  EntryText text(wanted, "acme");
  text.begin_list(out, 7, continue_token);
  for (int i = 0; i < count; ++i)
    text.add(out, role_change());
  text.end_list(out);
  return json::parse(out);
}

TEST(AList, OfEntriesIsAnAuditEntryList) {
  const json list = list_of(form(Form::Plain), 2, "more");
  EXPECT_EQ(list["kind"], "AuditEntryList");
  EXPECT_EQ(list["apiVersion"], "records.guildhall.dev/v1alpha1");
  EXPECT_EQ(list["metadata"], json::parse(R"({"resourceVersion": "7", "continue": "more"})"));
  ASSERT_EQ(list["items"].size(), 2U);
  EXPECT_EQ(list["items"][1]["metadata"]["name"], "00ff");
}

TEST(AList, OfNothingHasNoItems) {
  for (const Form one : {Form::Plain, Form::Metadata}) {
    EXPECT_EQ(list_of(form(one), 0)["items"], json::array());
    EXPECT_FALSE(list_of(form(one), 0)["metadata"].contains("continue"));
  }
  EXPECT_EQ(list_of(form(Form::Table), 0)["rows"], json::array());
}

TEST(AList, OfMetadataIsAPartialObjectMetadataList) {
  const json list = list_of(form(Form::Metadata, "v1beta1"), 1);
  EXPECT_EQ(list["kind"], "PartialObjectMetadataList");
  EXPECT_EQ(list["apiVersion"], "meta.k8s.io/v1beta1");
  EXPECT_EQ(list["items"][0]["kind"], "PartialObjectMetadata");
}

TEST(AList, AsATableHasColumnsAndRows) {
  const json list = list_of(form(Form::Table), 2, "more");
  EXPECT_EQ(list["kind"], "Table");
  EXPECT_EQ(list["apiVersion"], "meta.k8s.io/v1");
  EXPECT_EQ(list["metadata"], json::parse(R"({"resourceVersion": "7", "continue": "more"})"));
  EXPECT_EQ(list["rows"].size(), 2U);
  EXPECT_EQ(list["rows"][0]["cells"].size(), list["columnDefinitions"].size());
}

TEST(AGet, IsTheObjectItsMetadataOrATableOfOneRow) {
  const auto one = [](Form wanted) {
    std::string out;
    EntryText(form(wanted), "acme").append_one(out, role_change());
    return json::parse(out);
  };
  EXPECT_EQ(one(Form::Plain)["kind"], "AuditEntry");
  EXPECT_EQ(one(Form::Metadata)["kind"], "PartialObjectMetadata");
  EXPECT_EQ(one(Form::Table)["kind"], "Table");
  EXPECT_EQ(one(Form::Table)["rows"].size(), 1U);
  EXPECT_EQ(one(Form::Table)["metadata"]["resourceVersion"], "99");
}

TEST(AnEvent, OfAnEntrySaysAdded) {
  std::string out;
  EntryText(form(Form::Plain), "acme").append_added(out, role_change());
  EXPECT_EQ(out.find('\n'), out.size() - 1);
  const json event = json::parse(out);
  EXPECT_EQ(event["type"], "ADDED");
  EXPECT_EQ(event["object"]["kind"], "AuditEntry");
}

TEST(AnEvent, AsATableHasColumnsOnlyTheFirstTime) {
  EntryText text(form(Form::Table), "acme");
  const auto next = [&text] {
    std::string out;
    text.append_added(out, role_change());
    return json::parse(out)["object"];
  };
  const json first = next();
  EXPECT_EQ(first["kind"], "Table");
  EXPECT_EQ(first["columnDefinitions"].size(), first["rows"][0]["cells"].size());
  EXPECT_EQ(first["metadata"]["resourceVersion"], "99");
  const json second = next();
  EXPECT_EQ(second["columnDefinitions"], nullptr);
  EXPECT_EQ(second["rows"].size(), 1U);
}

json bookmark(Form wanted, bool initial_end) {
  std::string out;
  EntryText(form(wanted), "acme").append_bookmark(out, 7, initial_end);
  return json::parse(out);
}

TEST(ABookmark, SaysHowFarTheWatchHasCome) {
  EXPECT_EQ(bookmark(Form::Plain, false), json::parse(R"({"type": "BOOKMARK", "object": {"kind": "AuditEntry",
    "apiVersion": "records.guildhall.dev/v1alpha1", "metadata": {"resourceVersion": "7", "creationTimestamp": null}}})"));
  EXPECT_EQ(bookmark(Form::Metadata, false)["object"]["kind"], "PartialObjectMetadata");
  EXPECT_EQ(bookmark(Form::Table, false)["object"]["rows"][0]["object"]["metadata"]["resourceVersion"], "7");
}

TEST(ABookmark, MarksTheEndOfWhatStoodBefore) {
  const json annotations = {{"k8s.io/initial-events-end", "true"}};
  EXPECT_EQ(bookmark(Form::Plain, true)["object"]["metadata"]["annotations"], annotations);
  EXPECT_EQ(bookmark(Form::Table, true)["object"]["rows"][0]["object"]["metadata"]["annotations"], annotations);
}

}  // namespace
}  // namespace guildhall::records
