#include "operator/records/access.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "operator/records/words.hpp"

namespace guildhall::records {

namespace {

/// Each text with its length before it: no two questions have one key.
std::string key_of(const kube::AccessQuestion& question) {
  std::string key;
  const auto add = [&key](const std::string& text) { key += fmt::format("{}:{}", text.size(), text); };
  for (const std::string* text :
       {&question.user, &question.verb, &question.group, &question.resource, &question.ns, &question.name})
    add(*text);
  const auto add_all = [&](const std::vector<std::string>& texts) {
    key += fmt::format("{};", texts.size());
    std::ranges::for_each(texts, add);
  };
  add_all(question.groups);
  add(question.uid);
  for (const auto& [name, values] : question.extra) {
    add(name);
    add_all(values);
  }
  return key;
}

AccessLifetimes bounded(AccessLifetimes lifetimes) {
  constexpr std::chrono::seconds longest{10};
  return {.allowed = std::min(lifetimes.allowed, longest), .denied = std::min(lifetimes.denied, longest)};
}

}  // namespace

kube::AccessQuestion question_of(const User& user, std::string_view verb, const ApiPath& path,
                                 const std::string& name) {
  return {.user = user.name,
          .groups = user.groups,
          .verb = std::string(verb),
          .group = std::string(kGroup),
          .resource = path.resource,
          .ns = path.ns,
          .name = path.name.empty() ? name : path.name,
          .uid = user.uid,
          .extra = user.extra};
}

std::string denial_of(const kube::AccessQuestion& question) {
  const std::string where =
      question.ns.empty() ? "at the cluster scope" : fmt::format("in the namespace \"{}\"", question.ns);
  return fmt::format("User \"{}\" cannot {} resource \"{}\" in API group \"{}\" {}", question.user, question.verb,
                     question.resource, question.group, where);
}

AccessCache::AccessCache(Ask ask, AccessLifetimes lifetimes, std::size_t capacity)
    : ask_(std::move(ask)), lifetimes_(bounded(lifetimes)), capacity_(std::max<std::size_t>(capacity, 1)) {}

/// A clock that was set back makes an answer old, not young for ever.
bool AccessCache::stands(const Answer& answer, core::Timestamp now) const {
  const auto lifetime = answer.allowed ? lifetimes_.allowed : lifetimes_.denied;
  return answer.given <= now && now - answer.given < lifetime;
}

core::Result<bool> AccessCache::allows(const kube::AccessQuestion& question, core::Timestamp now) {
  std::string key = key_of(question);
  {
    const std::scoped_lock lock(mutex_);
    const auto found = by_key_.find(key);
    if (found != by_key_.end() && stands(*found->second, now)) return found->second->allowed;
  }
  const auto allowed = ask_(question);
  if (allowed) remember({.key = std::move(key), .allowed = *allowed, .given = now});
  return allowed;
}

void AccessCache::remember(Answer answer) {
  const std::scoped_lock lock(mutex_);
  if (const auto found = by_key_.find(answer.key); found != by_key_.end()) {
    answers_.erase(found->second);
    by_key_.erase(found);
  }
  if (answers_.size() == capacity_) {
    by_key_.erase(answers_.front().key);
    answers_.pop_front();
  }
  answers_.push_back(std::move(answer));
  by_key_[answers_.back().key] = std::prev(answers_.end());
}

}  // namespace guildhall::records
