#include "operator/kube/informer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "operator/kube/reflector.hpp"
#include "tests/unit/operator/kube/cache/scripted_server.hpp"
#include "tests/unit/operator/runtime/fake_metrics.hpp"

namespace guildhall::kube {
namespace {

using testing::UnorderedElementsAre;
using tests::bookmark;
using tests::event;
using tests::item;
using tests::Item;
using Content = std::map<std::string, std::string>;

// An informer that is filled by a server whose words a test writes down.
struct Filled {
  void run() { Reflector(informer, client, metrics, pacing.pacing()).run(server->stop_token()); }

  std::shared_ptr<tests::ScriptedServer> server = std::make_shared<tests::ScriptedServer>();
  core::NoMetrics metrics;
  tests::FakePacing pacing;
  Client client{server, {}, metrics};
  Informer<Item> informer{core::types::secrets(), {}, tests::decode_item};
};

std::vector<std::string> names_of(const std::vector<Informer<Item>::Value>& values) {
  std::vector<std::string> names;
  names.reserve(values.size());
  for (const auto& value : values)
    names.push_back(value->name);
  return names;
}

TEST(Informer, FindsByKeyAndByIndex) {
  Filled filled;
  filled.informer.add_index("value", [](const Item& it) { return std::vector<std::string>{it.value}; });
  filled.server->stream_of({event("ADDED", item("a", 1, "red")), event("ADDED", item("b", 2, "red")),
                            event("ADDED", item("c", 3, "blue")), bookmark(4, true)});
  filled.run();
  EXPECT_EQ(filled.informer.get({"acme", "a"})->value, "red");
  EXPECT_EQ(filled.informer.get({"acme", "x"}), nullptr);
  EXPECT_EQ(filled.informer.get({"globex", "a"}), nullptr);
  EXPECT_THAT(names_of(filled.informer.by_index("value", "red")), UnorderedElementsAre("a", "b"));
  EXPECT_THAT(names_of(filled.informer.by_index("value", "green")), UnorderedElementsAre());
}

TEST(Informer, AnIndexFollowsChangesAndDeletions) {
  Filled filled;
  filled.informer.add_index("value", [](const Item& it) { return std::vector<std::string>{it.value}; });
  filled.server->stream_of({event("ADDED", item("a", 1, "red")), event("ADDED", item("b", 2, "red")), bookmark(4, true),
                            event("MODIFIED", item("a", 5, "blue")), event("DELETED", item("b", 6, "red"))});
  filled.run();
  EXPECT_THAT(names_of(filled.informer.by_index("value", "red")), UnorderedElementsAre());
  EXPECT_THAT(names_of(filled.informer.by_index("value", "blue")), UnorderedElementsAre("a"));
}

TEST(Informer, AnIndexFunctionMayGiveSeveralValuesOrNone) {
  Filled filled;
  filled.informer.add_index("letters", [](const Item& it) {
    std::vector<std::string> letters;
    for (const char letter : it.value)
      letters.emplace_back(1, letter);
    return letters;
  });
  filled.server->stream_of({event("ADDED", item("a", 1, "xy")), event("ADDED", item("b", 2, "")), bookmark(4, true)});
  filled.run();
  EXPECT_THAT(names_of(filled.informer.by_index("letters", "x")), UnorderedElementsAre("a"));
  EXPECT_THAT(names_of(filled.informer.by_index("letters", "y")), UnorderedElementsAre("a"));
}

TEST(Informer, AReaderKeepsWhatItGot) {
  Filled filled;
  Informer<Item>::Value kept;
  filled.informer.add_handler([&](const auto&, const auto& before, const auto&) {
    if (before) kept = before;
  });
  filled.server->stream_of({event("ADDED", item("a", 1, "old")), bookmark(4, true),
                            event("MODIFIED", item("a", 5, "new")), event("DELETED", item("a", 6, "new"))});
  filled.run();
  EXPECT_EQ(kept->value, "new");
  EXPECT_EQ(filled.informer.get({"acme", "a"}), nullptr);
}

TEST(Informer, EveryHandlerIsCalled) {
  Filled filled;
  int one = 0;
  int two = 0;
  filled.informer.add_handler([&one](const auto&, const auto&, const auto&) { ++one; });
  filled.informer.add_handler([&two](const auto&, const auto&, const auto&) { ++two; });
  filled.server->stream_of({event("ADDED", item("a", 1)), bookmark(4, true)});
  filled.run();
  EXPECT_EQ(one, 1);
  EXPECT_EQ(two, 1);
}

// Object `a` has its version as its value, in every state.
bool is_whole(const Informer<Item>& informer) {
  const auto value = informer.get({"acme", "a"});
  if (value && value->value != value->version) return false;
  return informer.list().size() <= 1 && informer.by_index("value", "9").size() <= 1;
}

TEST(Informer, ReadersOfOtherThreadsSeeWholeValues) {
  Filled filled;
  filled.informer.add_index("value", [](const Item& it) { return std::vector<std::string>{it.value}; });
  std::vector<std::string> lines{bookmark(4, true)};
  for (int version = 5; version < 500; ++version) {
    lines.push_back(event("MODIFIED", item("a", version, std::to_string(version))));
    if (version % 7 == 0) lines.push_back(event("DELETED", item("a", version)));
  }
  filled.server->stream_of(lines);
  std::atomic<bool> over{false};
  std::atomic<int> torn{0};
  std::jthread reader([&] {
    while (!over) {
      if (!is_whole(filled.informer)) ++torn;
    }
  });
  filled.run();
  over = true;
  reader.join();
  EXPECT_EQ(torn, 0);
}

TEST(Informer, WaitingForTheSyncEndsWithItOrWithTheStop) {
  Filled filled;
  std::stop_source stop;
  std::atomic<bool> synced{false};
  std::jthread waiter([&] { synced = filled.informer.wait_until_synced({}); });
  std::jthread stopped([&] { EXPECT_FALSE(filled.informer.wait_until_synced(stop.get_token())); });
  stop.request_stop();
  stopped.join();
  filled.server->stream_of({bookmark(4, true)});
  filled.run();
  waiter.join();
  EXPECT_TRUE(synced);
}

Content content_of(const Informer<Item>& informer) {
  Content content;
  for (const auto& value : informer.list())
    content[value->name] = value->value;
  return content;
}

std::vector<std::string> listing(const Content& objects, int version, bool whole) {
  std::vector<std::string> lines;
  for (const auto& [name, value] : objects)
    lines.push_back(event("ADDED", item(name, std::stoi(value), value, "uid-" + name)));
  if (whole) lines.push_back(bookmark(version, true));
  return lines;
}

// Objects a to e with these values; 0: there is none.
Content state_of(const std::vector<int>& values) {
  Content content;
  for (std::size_t index = 0; index < values.size(); ++index) {
    if (values.at(index) != 0)
      content[std::string(1, static_cast<char>('a' + index))] = std::to_string(values.at(index));
  }
  return content;
}

// Two states of the server with a gap between that nobody saw.
RC_GTEST_PROP(InformerProperty, AfterARelistTheCacheIsTheServerAndHandlersWereToldEveryDifference, ()) {
  const auto before = state_of(*rc::gen::container<std::vector<int>>(5, rc::gen::inRange(0, 4)));
  const auto after = state_of(*rc::gen::container<std::vector<int>>(5, rc::gen::inRange(0, 4)));
  Filled filled;
  Content told;
  filled.informer.add_handler([&told](const core::ObjectKey& key, const auto& was, const auto& is) {
    RC_ASSERT(was || is);
    RC_ASSERT((was != nullptr) == told.contains(key.name));
    if (is) {
      told[key.name] = is->value;
    } else {
      told.erase(key.name);
    }
  });
  auto first = listing(before, 10, true);
  first.push_back(tests::gone());
  filled.server->stream_of(first);
  filled.server->stream_of(listing(after, 20, true));
  filled.run();
  RC_ASSERT(content_of(filled.informer) == after);
  RC_ASSERT(told == after);
}

RC_GTEST_PROP(InformerProperty, AListThatIsNotWholeNeverRemoves, ()) {
  const Content before = state_of({1, 1, 1, 1, 1});
  const Content part = state_of(*rc::gen::container<std::vector<int>>(5, rc::gen::inRange(0, 2)));
  Filled filled;
  auto first = listing(before, 10, true);
  first.push_back(tests::gone());
  filled.server->stream_of(first);
  filled.server->stream_of(listing(part, 20, false));
  filled.run();
  RC_ASSERT(content_of(filled.informer) == before);
}

}  // namespace
}  // namespace guildhall::kube
