#include "operator/kube/outage.hpp"

#include <utility>

namespace guildhall::kube {

namespace {

constexpr std::chrono::seconds kPatience{30};
constexpr std::chrono::minutes kReminder{5};

}  // namespace

bool Outage::fails(bool listing, const core::Error& error, Time now) {
  if (!since_) since_ = now;
  const bool may_pass = !listing && core::is_transient(error.kind) && error.kind != core::ErrorKind::Unauthorized;
  if (!told_ && may_pass && now - *since_ < kPatience) return false;
  // Messages may differ each time (a request id, a time): only what failed and how counts.
  const bool known = told_ && told_->listing == listing && told_->kind == error.kind;
  if (known && now - told_->at < kReminder) return false;
  told_ = Told{.listing = listing, .kind = error.kind, .at = now};
  return true;
}

std::optional<std::chrono::steady_clock::duration> Outage::ends(Time now) {
  const auto since = std::exchange(since_, std::nullopt);
  if (!std::exchange(told_, std::nullopt) || !since) return std::nullopt;
  return now - *since;
}

}  // namespace guildhall::kube
