#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "operator/core/result.hpp"

namespace guildhall::plugin {

/// What comes after a watch or a list of `audit tail`.
struct TailStep {
  bool gives_up = false;  ///< trying again mends nothing
  std::chrono::milliseconds wait{0};
  std::string told;  ///< to whoever watches; empty: nothing
};

/// How far `audit tail` has come, and how it goes on. Rows of the log grow with what is recorded, and are never used
/// twice: what is beyond the last one that was seen is news, whatever its time. Pure.
class TailState {
 public:
  /// From the resourceVersion of a list on.
  explicit TailState(std::string_view version);

  /// An entry or a bookmark of a watch. Whether it is news; moves on to it. What has no version is news.
  bool pass(const nlohmann::json& object);
  /// Whether an entry of a list is news; moves nowhere, as a list is not in the order of rows.
  [[nodiscard]] bool is_news(const nlohmann::json& entry) const;
  /// After a list of that resourceVersion, whose news were shown. False: the log was put back to an earlier state.
  bool resume_at(std::string_view version);

  /// Where the next watch goes on from.
  [[nodiscard]] std::string version() const;
  /// The watch cannot go on: what came meanwhile is to be listed.
  [[nodiscard]] bool must_list() const { return must_list_; }

  /// How a watch ended, or a list failed, after that time. What goes wrong in a row is told once.
  TailStep after(const core::Result<void>& ended, std::chrono::milliseconds lasted);

 private:
  TailStep again(const core::Error& error);

  std::int64_t row_;
  bool must_list_ = false;
  bool passed_ = false;  ///< since the last end
  bool told_ = false;    ///< that something goes wrong
  int failures_ = 0;     ///< in a row
};

}  // namespace guildhall::plugin
