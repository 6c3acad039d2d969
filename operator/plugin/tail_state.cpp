#include "operator/plugin/tail_state.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "operator/plugin/member_view.hpp"

namespace guildhall::plugin {

namespace {

using core::ErrorKind;
using std::chrono::milliseconds;

constexpr milliseconds kFirstWait{500};
constexpr milliseconds kLongestWait{30'000};
constexpr milliseconds kEndedAtOnce{1'000};
/// So often what a beginner says is not believed: for about a minute.
constexpr int kDisbelieved = 7;
std::optional<std::int64_t> parse_row(std::string_view text) {
  std::int64_t row = 0;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto [stopped, error] = std::from_chars(begin, end, row);
  if (error != std::errc{} || stopped != end) return std::nullopt;
  return row;
}

std::optional<std::int64_t> row_of(const nlohmann::json& object) {
  return parse_row(text_at(object, "/metadata/resourceVersion"));
}

bool may_pass(ErrorKind kind) {
  return kind == ErrorKind::Unavailable || kind == ErrorKind::Timeout || kind == ErrorKind::TooManyRequests ||
         kind == ErrorKind::Gone;
}

/// What a server says that has just started, and does not know its own roles and APIs yet.
bool is_of_a_beginner(ErrorKind kind) {
  return kind == ErrorKind::Forbidden || kind == ErrorKind::Unauthorized || kind == ErrorKind::NotFound;
}

milliseconds wait_of(int failures) {
  constexpr int doublings = 6;  // then it is the longest
  return std::min(kLongestWait, kFirstWait * (1 << std::min(failures - 1, doublings)));
}

}  // namespace

TailState::TailState(std::string_view version) : row_(parse_row(version).value_or(0)) {}

bool TailState::pass(const nlohmann::json& object) {
  passed_ = true;
  const auto row = row_of(object);
  if (!row) return true;
  return *row > std::exchange(row_, std::max(row_, *row));
}

bool TailState::is_news(const nlohmann::json& entry) const {
  const auto row = row_of(entry);
  return !row || *row > row_;
}

bool TailState::resume_at(std::string_view version) {
  must_list_ = false;
  const std::int64_t row = parse_row(version).value_or(0);
  return row >= std::exchange(row_, row);
}

std::string TailState::version() const {
  return std::to_string(row_);
}

TailStep TailState::after(const core::Result<void>& ended, milliseconds lasted) {
  const bool worked = std::exchange(passed_, false) || (ended && lasted >= kEndedAtOnce);
  if (worked) failures_ = 0;
  if (worked) told_ = false;
  if (ended && worked) return {};
  if (ended) return again(core::fail(ErrorKind::Unavailable, "the watch ended as soon as it began").error());
  const core::Error& error = ended.error();
  const bool begins = failures_ > 0 && failures_ < kDisbelieved && is_of_a_beginner(error.kind);
  if (!may_pass(error.kind) && !begins) return {.gives_up = true, .wait = milliseconds{0}, .told = {}};
  if (error.kind != ErrorKind::Gone) return again(error);
  // At once, as it is part of the protocol; but not again and again.
  const bool at_once = !std::exchange(must_list_, true) && failures_ == 0;
  if (!at_once) return again(error);
  ++failures_;
  return {};
}

TailStep TailState::again(const core::Error& error) {
  ++failures_;
  const milliseconds wait = std::max(wait_of(failures_), error.retry_after.value_or(milliseconds{0}));
  const bool told = std::exchange(told_, true);
  return {.gives_up = false,
          .wait = wait,
          .told = told ? std::string() : error.describe() + "; trying again until it works"};
}

}  // namespace guildhall::plugin
