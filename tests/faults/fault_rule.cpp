#include "tests/faults/fault_rule.hpp"

#include <algorithm>
#include <numeric>

namespace guildhall::tests::faults {
namespace {

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    const auto slash = path.find('/');
    if (slash != 0) segments.push_back(path.substr(0, slash));
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  }
  return segments;
}

/// Whether a path ends in a resource, not in one object of it: /api/VERSION or /apis/GROUP/VERSION, then
/// namespaces/NAME where it has one, then the resource.
bool names_no_object(std::string_view path) {
  const auto segments = segments_of(path);
  const std::size_t head = !segments.empty() && segments.front() == "api" ? 2 : 3;
  const std::size_t rest = segments.size() - std::min(head, segments.size());
  const bool namespaced = rest > 2 && segments[head] == "namespaces";
  return rest == (namespaced ? 3U : 1U);
}

bool matches(const Rule& rule, const Request& request) {
  const bool goes_on = request.verb == "watch" && request.target.find("sendInitialEvents=") == std::string::npos;
  const bool by_verb = rule.verb.empty() || rule.verb == request.verb || (rule.verb == "rewatch" && goes_on) ||
                       (rule.verb == "write" && is_write(request) && !is_of_lease(request));
  return by_verb && request.target.find(rule.part) != std::string::npos;
}

}  // namespace

Request describe_request(std::string_view method, std::string_view target) {
  Request request{.verb = "get", .target = std::string(target)};
  if (method == "POST") request.verb = "create";
  if (method == "PUT") request.verb = "update";
  if (method == "PATCH") request.verb = "patch";
  if (method == "DELETE") request.verb = "delete";
  if (method != "GET") return request;
  const bool watches = request.target.find("watch=") != std::string::npos;
  if (watches) request.verb = "watch";
  if (!watches && names_no_object(path_of(request))) request.verb = "list";
  return request;
}

bool is_write(const Request& request) {
  return request.verb == "create" || request.verb == "update" || request.verb == "patch" || request.verb == "delete";
}

bool is_of_lease(const Request& request) {
  return request.target.find("/leases") != std::string::npos;
}

std::string_view path_of(const Request& request) {
  return std::string_view(request.target).substr(0, request.target.find('?'));
}

void RuleBook::add(const Rule& rule) {
  const std::scoped_lock lock(mutex_);
  entries_.push_back({.rule = rule});
}

void RuleBook::clear() {
  const std::scoped_lock lock(mutex_);
  entries_.clear();
  ++clears_;
}

unsigned RuleBook::clears() const {
  const std::scoped_lock lock(mutex_);
  return clears_;
}

std::optional<Rule> RuleBook::judge(const Request& request) {
  const std::scoped_lock lock(mutex_);
  for (auto& entry : entries_) {
    if (!matches(entry.rule, request) || entry.hit >= entry.rule.times) continue;
    if (++entry.matched % entry.rule.every != 0) continue;
    ++entry.hit;
    return entry.rule;
  }
  return std::nullopt;
}

unsigned RuleBook::hits() const {
  const std::scoped_lock lock(mutex_);
  return std::accumulate(entries_.begin(), entries_.end(), 0U,
                         [](unsigned sum, const Entry& entry) { return sum + entry.hit; });
}

}  // namespace guildhall::tests::faults
