#pragma once

#include <chrono>
#include <map>
#include <string>

#include "operator/core/timestamp.hpp"

namespace guildhall::controllers::member {

/// At most so many mails in an hour for one Organization, and one in a minute for one address in it.
inline constexpr std::size_t kMostMailsAnHour = 100;
inline constexpr std::chrono::hours kMailHour{1};
inline constexpr std::chrono::minutes kMailPause{1};

/// Which mails were sent or are on their way, by the home of their Organization: whoever deletes a Member and makes it
/// anew sends no more for it. Filled from the statuses of Members, so that it survives a restart but for deleted ones.
/// Not thread-safe.
class MailLedger {
 public:
  /// From when one more may be sent: `now` when nothing is in the way. One that is on its way (`id`) is not in its own.
  [[nodiscard]] core::Timestamp free_from(const std::string& ns, const std::string& email, const std::string& id,
                                          core::Timestamp now);
  /// A mail of that id is sent, or was at `at`. Again with the same id: the later time counts.
  void record(const std::string& ns, const std::string& email, const std::string& id, core::Timestamp at);
  /// It was not sent after all.
  void forget(const std::string& ns, const std::string& id);

 private:
  struct Entry {
    std::string email;
    core::Timestamp at;
  };
  void drop_old(std::map<std::string, Entry>& entries, core::Timestamp now);

  std::map<std::string, std::map<std::string, Entry>> by_home_;  ///< the inner one by id
};

}  // namespace guildhall::controllers::member
