#include "operator/gate/key_table.hpp"

#include <gtest/gtest.h>

#include <barrier>
#include <thread>

namespace guildhall::gate {
namespace {

KeyEntry key(std::vector<std::string> ids, const std::string& organization = "acme") {
  KeyEntry entry;
  entry.uid = "u-1";
  entry.organization = organization;
  for (std::string& id : ids)
    entry.tokens.push_back({.id = std::move(id), .hash = {}, .expires_at = {}});
  return entry;
}

std::string name_of(const KeyTable& table, const std::string& organization, const std::string& id) {
  std::string name;
  table.look_up(organization, id, [&](const KeyTable::Found& found) {
    if (found.key != nullptr) name = found.object->name;
  });
  return name;
}

TEST(AKeyTable, FindsByOrganizationAndId) {
  KeyTable table;
  table.put_key({"acme", "a"}, key({"1", "2"}));
  table.put_key({"globex", "b"}, key({"1"}, "globex"));
  EXPECT_EQ(name_of(table, "acme", "1"), "a");
  EXPECT_EQ(name_of(table, "acme", "2"), "a");
  EXPECT_EQ(name_of(table, "globex", "1"), "b");
  EXPECT_EQ(name_of(table, "globex", "2"), "");
  EXPECT_EQ(table.size(), 2U);
}

TEST(AKeyTable, SaysWhenAKeyWasLastUsedAsItsStatusHasIt) {
  KeyTable table;
  KeyEntry used = key({"1"});
  used.last_used_at = core::Timestamp{std::chrono::hours(1)};
  table.put_key({"acme", "a"}, used);
  table.put_key({"acme", "b"}, key({"2"}));
  EXPECT_EQ(table.last_used_at({"acme", "a"}, "u-1").value(), used.last_used_at);
  EXPECT_EQ(table.last_used_at({"acme", "b"}, "u-1").value(), std::nullopt);
  EXPECT_FALSE(table.last_used_at({"acme", "a"}, "u-2").has_value()) << "another of the name";
  EXPECT_FALSE(table.last_used_at({"acme", "c"}, "u-1").has_value());
  table.put_organization("acme", {});
  EXPECT_TRUE(table.has_organization("acme"));
  EXPECT_FALSE(table.has_organization("globex"));
}

TEST(AKeyTable, ForgetsTokensThatAKeyHasNoMore) {
  KeyTable table;
  table.put_key({"acme", "a"}, key({"1", "2"}));
  table.put_key({"acme", "a"}, key({"2", "3"}));
  EXPECT_EQ(name_of(table, "acme", "1"), "");
  EXPECT_EQ(name_of(table, "acme", "3"), "a");
  table.put_key({"acme", "a"}, key({"3"}, "other"));
  EXPECT_EQ(name_of(table, "acme", "3"), "");
  EXPECT_EQ(name_of(table, "other", "3"), "a");
  table.remove_key({"acme", "a"});
  table.remove_key({"acme", "a"});
  EXPECT_EQ(name_of(table, "other", "3"), "");
  EXPECT_EQ(table.size(), 0U);
}

bool is_owner_in_force(const KeyTable& table) {
  bool in_force = false;
  table.look_up("acme", "1", [&](const KeyTable::Found& found) { in_force = found.owner_in_force; });
  return in_force;
}

TEST(AKeyTable, KnowsWhetherTheOwnerIsInForce) {
  KeyTable table;
  KeyEntry owned = key({"1"});
  owned.owner = std::make_shared<KeyOwner>(KeyOwner{.name = "jane", .email = "jane@acme.example"});
  table.put_key({"home", "a"}, owned);
  EXPECT_FALSE(is_owner_in_force(table)) << "there is no Member";
  table.put_member({"home", "jane"}, "jane@acme.example");
  EXPECT_TRUE(is_owner_in_force(table));
  table.put_member({"home", "jane"}, "another@acme.example");
  EXPECT_FALSE(is_owner_in_force(table)) << "another Member of the name";
  table.remove_member({"home", "jane"});
  table.put_member({"elsewhere", "jane"}, "jane@acme.example");
  EXPECT_FALSE(is_owner_in_force(table));
  table.put_key({"home", "a"}, key({"1"}));
  EXPECT_TRUE(is_owner_in_force(table)) << "a key of the Organization";
}

TEST(AKeyTable, ShowsWhatStands) {
  KeyTable table;
  table.put_key({"acme", "a"}, key({"1"}));
  std::string uid;
  EXPECT_TRUE(table.look_at({"acme", "a"}, [&](const KeyEntry& entry) { uid = entry.uid; }));
  EXPECT_EQ(uid, "u-1");
  EXPECT_FALSE(table.look_at({"acme", "b"}, [](const KeyEntry&) { FAIL(); }));
  EXPECT_EQ(table.keys(), (std::vector<core::ObjectKey>{{"acme", "a"}}));
}

TEST(AKeyTable, OfAnIdThatTwoHaveKeepsTheLater) {
  KeyTable table;
  table.put_key({"acme", "a"}, key({"1"}));
  table.put_key({"acme", "b"}, key({"1"}));
  EXPECT_EQ(name_of(table, "acme", "1"), "b");
  table.remove_key({"acme", "a"});
  EXPECT_EQ(name_of(table, "acme", "1"), "b");
}

TEST(AKeyTable, IsReadWhileItChanges) {
  KeyTable table;
  std::barrier begin(3);
  const std::jthread writer([&] {
    begin.arrive_and_wait();
    for (int i = 0; i < 2'000; ++i) {
      table.put_key({"acme", "a"}, key({"1", std::to_string(i)}));
      table.put_organization("acme", {.home = "acme", .tenant = {}, .deployments = {}});
      if (i % 7 == 0) table.remove_organization("acme");
    }
  });
  const auto read = [&] {
    begin.arrive_and_wait();
    for (int i = 0; i < 2'000; ++i) {
      const std::string name = name_of(table, "acme", "1");
      ASSERT_TRUE(name.empty() || name == "a");
    }
  };
  const std::jthread reader(read);
  read();
}

}  // namespace
}  // namespace guildhall::gate
