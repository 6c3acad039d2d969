#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>

#include "operator/core/result.hpp"
#include "operator/core/timestamp.hpp"
#include "operator/kube/client.hpp"
#include "operator/records/api_path.hpp"
#include "operator/records/front_proxy.hpp"

namespace guildhall::records {

/// What RBAC is asked for a request. `name`: that of the path, or of a list that selects one by metadata.name.
kube::AccessQuestion question_of(const User& user, std::string_view verb, const ApiPath& path, const std::string& name);

/// Why not, in the API server's words: 'User "jane" cannot list resource "auditentries" in API group …'.
std::string denial_of(const kube::AccessQuestion& question);

/// How long an answer is believed. At most 10 s: who lost a right is out by then.
struct AccessLifetimes {
  std::chrono::seconds allowed{10};
  std::chrono::seconds denied{10};
};

/// Remembers the answers of access reviews. Thread-safe; asks outside its lock, and never remembers an error.
class AccessCache {
 public:
  using Ask = std::function<core::Result<bool>(const kube::AccessQuestion&)>;

  /// `capacity`: answers at most; the oldest goes first.
  explicit AccessCache(Ask ask, AccessLifetimes lifetimes = {}, std::size_t capacity = 4096);

  /// Errors: those of asking.
  core::Result<bool> allows(const kube::AccessQuestion& question, core::Timestamp now);

 private:
  struct Answer {
    std::string key;
    bool allowed = false;
    core::Timestamp given;
  };
  using Answers = std::list<Answer>;

  [[nodiscard]] bool stands(const Answer& answer, core::Timestamp now) const;
  void remember(Answer answer);

  const Ask ask_;
  const AccessLifetimes lifetimes_;
  const std::size_t capacity_;
  std::mutex mutex_;
  Answers answers_;  ///< oldest first
  std::map<std::string, Answers::iterator> by_key_;
};

}  // namespace guildhall::records
