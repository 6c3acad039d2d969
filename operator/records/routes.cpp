#include "operator/records/routes.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "operator/records/discovery.hpp"
#include "operator/records/document_routes.hpp"
#include "operator/records/entry_routes.hpp"
#include "operator/records/list_options.hpp"
#include "operator/records/signup_routes.hpp"
#include "operator/records/stream_shares.hpp"
#include "operator/records/use_report_routes.hpp"
#include "operator/records/words.hpp"

namespace guildhall::records {

namespace {

/// Whether something is served at the path of a resource.
bool is_served(const ApiPath& path) {
  const ServedResource* const resource = find_resource(path.resource);
  if (resource == nullptr || !path.subresource.empty()) return false;
  if (!resource->namespaced) return path.ns.empty();
  return path.name.empty() || !path.ns.empty();
}

/// Watches and exports of one user, of the 32 that a replica serves (http::Limits).
constexpr int kMostStreamsOfOne = 8;

Status too_many(const char* what) {
  core::Error error;
  error.kind = core::ErrorKind::TooManyRequests;
  error.message = what;
  return status_of(error);
}

/// One of the places for requests that are under way, while it lasts.
class Turn {
 public:
  Turn(std::atomic<int>& running, int most) : running_(running), is_mine_(running.fetch_add(1) < most) {}
  ~Turn() { running_.fetch_sub(1); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  explicit operator bool() const { return is_mine_; }

 private:
  std::atomic<int>& running_;
  bool is_mine_;
};

/// A watch or an export, which holds its stream for long.
bool lasts(const Query& query) {
  return asks_to_watch(query) || query.first("format").has_value();
}

class Routes {
 public:
  explicit Routes(Surroundings around) : around_(std::move(around)), documents_(around_.hash), access_(around_.may) {}

  http::Response answer(const http::Request& request) {
    const ApiPath path = read_api_path(request.path);
    if (path.place == Place::Health) return {.status = 200, .body = "ok", .headers = {}};
    if (path.place == Place::Malformed) return respond(bad_request("the path holds an escape that is none"));
    const auto user = user_of(request);
    if (!user) return respond(unauthorized());
    if (path.place != Place::Resource) return documents_.answer(path.place, request);
    const Turn turn(running_, around_.most_at_once);
    http::Response response =
        turn ? respond_to(*user, path, request)
             : respond(too_many("this replica answers as many requests for records as it may; try again"));
    count(path, request, response.status);
    return response;
  }

 private:
  void count(const ApiPath& path, const http::Request& request, int code) const {
    if (!around_.count) return;
    const bool is_known = find_resource(path.resource) != nullptr;
    const std::string_view verb = verb_of(request.method, !path.name.empty(), asks_to_watch(Query(request.query)));
    around_.count(is_known ? std::string_view(path.resource) : "", verb, code);
  }

  http::Response respond_to(const User& user, const ApiPath& path, const http::Request& request) {
    auto answer = answer_resource(user, path, request);
    if (!answer) return respond(answer.error());
    if (!answer->body) return std::move(answer->head);
    if (!lasts(Query(request.query))) return around_.stream(std::move(answer->head), std::move(answer->body));
    auto share = shares_.take(user.name);
    if (!share) return respond(too_many("you read as many streams as one may; end one of them, or try again"));
    return around_.stream(std::move(answer->head), [body = std::move(answer->body),
                                                    share = std::move(share)](LineSink& sink) { return body(sink); });
  }

  [[nodiscard]] std::optional<User> user_of(const http::Request& request) const {
    const auto proxy = around_.front_proxy();
    if (!proxy) return std::nullopt;
    const Caller caller = around_.caller_of(request);
    return authenticate(*proxy, caller.common_name, caller.headers);
  }

  Checked<Answer> answer_resource(const User& user, const ApiPath& path, const http::Request& request) {
    if (!is_served(path)) return std::unexpected(no_such_path());
    const Query query(request.query);
    const std::string_view verb = verb_of(request.method, !path.name.empty(), asks_to_watch(query));
    if (auto allowed = authorize(user, verb, path, selected_name(query)); !allowed)
      return std::unexpected(std::move(allowed.error()));
    const auto& verbs = find_resource(path.resource)->verbs;
    if (request.method == "HEAD" || std::ranges::find(verbs, verb) == verbs.end())
      return std::unexpected(method_not_supported(path.resource, verb.empty() ? request.method : verb,
                                                  path.resource == kAuditEntries ? "GET" : "POST"));
    if (path.resource == kSignups) return answer_signup(around_, user, request);
    if (path.resource == kUseReports) return answer_use_report(around_, request);
    return answer_entries(around_, path, request);
  }

  Checked<void> authorize(const User& user, std::string_view verb, const ApiPath& path, const std::string& name) {
    const kube::AccessQuestion question = question_of(user, verb, path, name);
    const auto allowed = access_.allows(question, around_.clock->now());
    if (!allowed)
      return std::unexpected(unavailable("it could not be asked who may do this: " + allowed.error().describe()));
    if (*allowed) return {};
    return std::unexpected(forbidden(path.resource, question.name, denial_of(question)));
  }

  Surroundings around_;
  Documents documents_;
  AccessCache access_;
  StreamShares shares_{kMostStreamsOfOne};
  std::atomic<int> running_{0};
};

}  // namespace

http::Handler make_routes(Surroundings surroundings) {
  const auto routes = std::make_shared<Routes>(std::move(surroundings));
  return [routes](const http::Request& request) { return routes->answer(request); };
}

}  // namespace guildhall::records
