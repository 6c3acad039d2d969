#include "tests/faults/stream_fault.hpp"

#include <utility>

namespace guildhall::tests::faults {

StreamFault::StreamFault(std::optional<Fault> fault, const Request& watch)
    : fault_(fault), live_(watch.target.find("sendInitialEvents=") == std::string::npos) {}

StreamFault::Step StreamFault::take(std::string_view bytes) {
  Step all;
  begun_ += bytes;
  const std::string pending = std::exchange(begun_, {});
  std::string_view rest = pending;
  if (fault_ == Fault::FallSilent && live_) return {.pass = {}, .then = Then::StaySilent};
  for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    auto [pass, then] = take_line(rest.substr(0, end + 1));
    all.pass += pass;
    all.then = then;
    if (then != Then::GoOn) return all;
    rest.remove_prefix(end + 1);
  }
  begun_ = rest;
  return all;
}

StreamFault::Step StreamFault::take_line(std::string_view line) {
  const bool cut = fault_ == Fault::CutList || (fault_ == Fault::CutLine && live_);
  if (cut) return {.pass = std::string(line.substr(0, line.size() / 2)), .then = Then::Cut};
  if (live_) return {.pass = std::string(line)};
  initial_ += line;
  if (line.find("k8s.io/initial-events-end") == std::string_view::npos) return {.pass = std::string(line)};
  live_ = true;
  initial_events_ = std::exchange(initial_, {});
  return {.pass = std::string(line), .then = fault_ == Fault::FallSilent ? Then::StaySilent : Then::GoOn};
}

}  // namespace guildhall::tests::faults
