// What the API server says in a watch. An input says in its first line in which pieces it comes (read_stream).
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "operator/api/apikey.hpp"
#include "operator/api/member.hpp"
#include "operator/api/organization.hpp"
#include "operator/kube/line_splitter.hpp"
#include "operator/kube/watch_event.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/targets.hpp"

namespace guildhall::tests::fuzz {

namespace {

using core::ErrorKind;
using nlohmann::json;

/// Such that short inputs reach it.
constexpr std::size_t kLongest = 1024;

/// What a stream came to: every line in its order, and how it ended.
struct Lines {
  std::vector<std::string> lines;
  std::string end = "between lines";
  bool operator==(const Lines&) const = default;
};

Lines split(const std::vector<std::string_view>& pieces) {
  kube::LineSplitter splitter(kLongest);
  Lines lines;
  for (const std::string_view piece : pieces) {
    const auto fed = splitter.feed(piece, [&lines](std::string_view line) {
      lines.lines.emplace_back(line);
      return true;
    });
    if (!fed) return {lines.lines, fed.error().describe()};
  }
  if (splitter.in_line()) lines.end = "in a line";
  return lines;
}

/// What is read can be written, and reads the same again: so it comes back from the API server as it was.
template <class T>
void check_round_trip(const core::Result<T>& object, core::Result<T> (*parse)(const json&)) {
  if (!object) {
    require(object.error().kind == ErrorKind::Invalid, "an object that cannot be read is invalid");
    return;
  }
  require(!object->metadata.name.empty(), "an object has a name");
  const auto again = parse(json::parse(to_json(*object).dump()));
  require(again && *again == *object, "an object that is written is read as the same");
}

void check_event(const kube::WatchEvent& event) {
  const json& object = event.object;
  require(object.is_object(), "an event is of an object");
  const auto metadata = object.find("metadata");
  require(metadata == object.end() || !metadata->is_object() || !metadata->contains("managedFields"),
          "managed fields are not kept");
  require(!event.ends_initial_events || event.type == kube::WatchEventType::Bookmark,
          "a bookmark alone ends the initial events");
  check_round_trip(api::parse_organization(object), &api::parse_organization);
  check_round_trip(api::parse_member(object), &api::parse_member);
  check_round_trip(api::parse_api_key(object), &api::parse_api_key);
}

void check_line(const std::string& line) {
  require(line.size() <= kLongest && !line.contains('\n'), "a line is one, and not too long");
  const auto event = kube::parse_watch_line(line);
  if (event) {
    check_event(*event);
    return;
  }
  require(!event.error().describe().empty(), "a failure says what it is");
  const auto wait = event.error().retry_after;
  require(!wait || (wait->count() > 0 && *wait <= std::chrono::hours(24)), "nobody is told to wait for ever");
}

}  // namespace

void check_watch_line(std::string_view input) {
  const Stream stream = read_stream(input);
  const Lines lines = split({stream.whole});
  require(lines == split(stream.pieces), "it is all one in which pieces a line comes");
  for (const std::string& line : lines.lines)
    check_line(line);
}

}  // namespace guildhall::tests::fuzz
