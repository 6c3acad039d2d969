#include "operator/gate/use_reports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace guildhall::gate {

void UseReports::add(const Counted& counted) {
  for (const auto& [key, last] : counted.uses) {
    Use& use = uses_[key];
    // Another ApiKey of the name: what is known of the former one is no news any more.
    if (use.last.uid != last.uid) use = {.last = {.uid = last.uid, .at = {}}, .not_before = {}};
    use.last.at = std::max(use.last.at, core::floor_to_seconds(last.at));
  }
  for (const auto& [kind, count] : counted.refusals) {
    RefusalCount& standing = refusals_[kind].count;
    standing.count += count.count;
    standing.last_at = std::max(standing.last_at, count.last_at);
  }
}

/// What is no news any more, or concerns nobody.
void UseReports::forget(core::Timestamp now, const Known& known) {
  std::erase_if(uses_, [&](const auto& one) {
    const auto told = known.told(one.first, one.second.last.uid);
    return !told || (*told && **told >= one.second.last.at);
  });
  std::erase_if(refusals_, [&](const auto& one) {
    const Refused& refused = one.second;
    const bool is_over = refused.count.count == 0 && now >= refused.not_before;
    return is_over || !known.has_organization(one.first.organization);
  });
}

void UseReports::add_uses(core::UseReport& report, core::Timestamp now, const Known& known, bool all) const {
  for (const auto& [key, use] : uses_) {
    if (report.uses.size() == core::kMostReported) return;
    const auto told = known.told(key, use.last.uid).value_or(std::nullopt);
    const core::Timestamp due = told && !all ? std::max(use.not_before, *told + kUseInterval) : use.not_before;
    if (now >= due) report.uses.push_back({.key = key, .uid = use.last.uid, .last_at = use.last.at});
  }
}

void UseReports::add_refusals(core::UseReport& report, core::Timestamp now, bool all) {
  for (auto& [kind, refused] : refusals_) {
    if (report.refusals.size() == core::kMostReported) return;
    if (refused.count.count == 0 || (!all && now < refused.not_before)) continue;
    report.refusals.push_back({.organization = kind.organization,
                               .key = kind.key,
                               .uid = kind.uid,
                               .outcome = std::string(to_string(kind.outcome)),
                               .count = refused.count.count,
                               .last_at = refused.count.last_at});
    refused = {.count = {}, .not_before = now + kRefusalInterval};
  }
}

std::optional<core::UseReport> UseReports::next(core::Timestamp now, const Known& known, bool all) {
  // Also while nothing can be sent: whoever asks for ever new Organizations must not fill the memory.
  forget(now, known);
  if (sent_) return sent_;
  core::UseReport report;
  add_uses(report, now, known, all);
  add_refusals(report, now, all);
  if (report.empty()) return std::nullopt;
  report.id = fmt::format("{}-{}", instance_, ++made_);
  sent_ = std::move(report);
  return sent_;
}

void UseReports::acknowledge(core::Timestamp now) {
  if (!sent_) return;
  for (const core::KeyUse& use : sent_->uses) {
    const auto found = uses_.find(use.key);
    if (found != uses_.end()) found->second.not_before = now + kUseInterval;
  }
  sent_.reset();
}

std::size_t UseReports::waiting() const {
  const auto counts = [](const auto& one) { return one.second.count.count > 0; };
  const std::size_t sent = sent_ ? sent_->refusals.size() : 0;
  return uses_.size() + static_cast<std::size_t>(std::ranges::count_if(refusals_, counts)) + sent;
}

}  // namespace guildhall::gate
