// A fault in a watch stream, line by line.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tests/faults/fault_rule.hpp"

namespace guildhall::tests::faults {

/// Takes a watch's bytes as the API server sent them and says which of them the client gets. Passes whole lines only.
class StreamFault {
 public:
  /// `fault`: what befalls this watch; anything but CutList, CutLine and FallSilent changes nothing.
  StreamFault(std::optional<Fault> fault, const Request& watch);

  enum class Then { GoOn, Cut, StaySilent };
  struct Step {
    std::string pass;
    Then then = Then::GoOn;
  };
  [[nodiscard]] Step take(std::string_view bytes);

  /// All lines up to the one that ends the initial events, once that has come.
  [[nodiscard]] const std::optional<std::string>& initial_events() const { return initial_events_; }

 private:
  Step take_line(std::string_view line);

  std::optional<Fault> fault_;
  bool live_;  ///< the initial events are through
  std::string begun_;
  std::string initial_;
  std::optional<std::string> initial_events_;
};

}  // namespace guildhall::tests::faults
