#include "controllers/member/mail_ledger.hpp"

#include <algorithm>
#include <vector>

namespace guildhall::controllers::member {

void MailLedger::drop_old(std::map<std::string, Entry>& entries, core::Timestamp now) {
  std::erase_if(entries, [&](const auto& entry) { return entry.second.at + kMailHour <= now; });
}

core::Timestamp MailLedger::free_from(const std::string& ns, const std::string& email, const std::string& id,
                                      core::Timestamp now) {
  const auto home = by_home_.find(ns);
  if (home == by_home_.end()) return now;
  drop_old(home->second, now);
  core::Timestamp free = now;
  std::vector<core::Timestamp> times;
  for (const auto& [other, entry] : home->second) {
    if (other == id) continue;
    times.push_back(entry.at);
    if (entry.email == email) free = std::max(free, entry.at + kMailPause);
  }
  if (home->second.empty()) by_home_.erase(home);
  if (times.size() < kMostMailsAnHour) return free;
  // When so many of the oldest have left the hour that there is room for one more.
  const auto leaves = times.begin() + static_cast<std::ptrdiff_t>(times.size() - kMostMailsAnHour);
  std::ranges::nth_element(times, leaves);
  return std::max(free, *leaves + kMailHour);
}

void MailLedger::record(const std::string& ns, const std::string& email, const std::string& id, core::Timestamp at) {
  auto& entry = by_home_[ns][id];
  entry.email = email;
  entry.at = std::max(entry.at, at);
}

void MailLedger::forget(const std::string& ns, const std::string& id) {
  const auto home = by_home_.find(ns);
  if (home != by_home_.end()) home->second.erase(id);
}

}  // namespace guildhall::controllers::member
