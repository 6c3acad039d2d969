#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "operator/core/metrics.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/core/result.hpp"
#include "operator/kube/transport.hpp"

namespace guildhall::kube {

/// Which objects of a type. Empty = all.
struct Selection {
  std::string ns;              ///< one namespace; empty: all of the cluster
  std::string label_selector;  ///< "app.kubernetes.io/managed-by=guildhall"
  std::string field_selector;  ///< "type=guildhall.dev/api-key"
  bool metadata_only = false;  ///< nothing but the objects' metadata is sent (PartialObjectMetadata)
};

struct ListOptions {
  Selection selection;
  int limit = 500;             ///< objects a page
  std::string continue_token;  ///< from the page before
  std::string
      resource_version;  ///< empty: the newest (a quorum read). Never "0": a lagging server would take us back in time
  std::string resource_version_match;  ///< "NotOlderThan" or empty
};

/// One page of a list.
struct ListPage {
  std::vector<nlohmann::json> items;  ///< with apiVersion and kind as the server left them (absent in items of a list)
  std::string resource_version;
  std::string continue_token;  ///< empty on the last page
};

struct WatchOptions {
  Selection selection;
  std::string resource_version;  ///< where to go on from; empty with `initial_events`
  bool initial_events =
      false;  ///< streaming list (sendInitialEvents): first every object, then the bookmark that marks the end
  std::chrono::seconds timeout{300};  ///< after which the server ends the watch
  std::chrono::milliseconds silence{
      90'000};  ///< nothing at all for so long: the connection is dead (bookmarks come about once a minute)
  std::function<void()> on_open = nullptr;  ///< called when the server has begun to answer; or empty
};

/// A list in another form than Kubernetes': a line each, as the server has them.
struct LinesOptions {
  Selection selection;
  std::string format;                          ///< the parameter of that name: "csv", "jsonl"
  std::chrono::milliseconds silence{120'000};  ///< nothing at all for so long: the connection is dead
};

enum class WatchEventType { Added, Modified, Deleted, Bookmark };

struct WatchEvent;  // watch_event.hpp

/// Returns false to end the watch.
using WatchHandler = std::function<bool(WatchEvent&& event)>;

/// What must hold of an object that is deleted. Empty = not checked.
struct DeletePreconditions {
  std::string uid;
  std::string resource_version;
};

/// How an applied configuration is sent.
struct ApplyOptions {
  std::string subresource;  ///< "status" or empty
  bool force = true;
  bool dry_run = false;
};

/// Asked just before each write is sent; a failure is returned in place of the write. The leader's fence: see
/// runtime/leader_election.hpp.
using WriteGuard = std::function<core::Result<void>()>;

struct ClientOptions {
  std::string field_manager = "guildhall";
  int max_in_flight =
      16;  ///< requests under way at once (watches not counted); the others wait. There is no cap per second
  int max_attempts =
      10;  ///< 429, or 5xx with Retry-After: waits as told (with jitter) and sends again, so often at most
  std::chrono::milliseconds longest_wait{60'000};  ///< between the attempts of one call, in all; then it fails
  std::chrono::milliseconds timeout{30'000};       ///< of one attempt
  WriteGuard write_guard;                          ///< empty: every write may go
  bool dry_run = false;                            ///< the server checks every write, and keeps none
  bool counts_writes = true;                       ///< false for a Lease's client: its heartbeat is no work done
  /// Takes out of the server's words what must not be told; thread-safe. Empty: nothing more than what they quote of
  /// the request's own secrets, which always goes.
  std::function<std::string(std::string)> strike;
  /// Waits between attempts; false when stopped. Empty: really waits.
  std::function<bool(std::chrono::milliseconds, const std::stop_token&)> pause;
  std::function<double()> random;  ///< in [0, 1), for the jitter; thread-safe. Empty: the system's
};

struct TokenReviewResult {
  bool authenticated = false;
  std::string user;
  std::vector<std::string> groups;
};

struct AccessQuestion {
  std::string user;
  std::vector<std::string> groups;
  std::string verb;
  std::string group;
  std::string resource;
  std::string ns;
  std::string name;
  // What else is known of the user, for authorizers that look at it. With initializers GCC lets a designated one leave
  // them out.
  std::string uid = {};                                        // NOLINT(readability-redundant-member-init)
  std::map<std::string, std::vector<std::string>> extra = {};  // NOLINT(readability-redundant-member-init)
};

/// A client of the Kubernetes API that knows no kind.
///
/// Thread-safe. Every call blocks until it has its answer, `stop` is requested (Canceled) or its time is up (Timeout).
/// Errors carry the API's reason and message: 404 NotFound, 409 AlreadyExists or Conflict (by reason), 410 Gone, 403
/// Forbidden, 401 Unauthorized, 400 and 422 Invalid, 429 TooManyRequests, 408 and 504 Timeout, other 5xx and lost
/// connections Unavailable. Requests are counted in rest_client_requests_total{code,method,host},
/// rest_client_request_duration_seconds{verb,host}, rest_client_request_retries_total{code,verb,host}; writes that
/// reached the server also in guildhall_writes_total{verb,resource}.
class Client {
 public:
  Client(std::shared_ptr<HttpTransport> transport, ClientOptions options, core::Metrics& metrics);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  core::Result<nlohmann::json> get(const core::ResourceType& type, const core::ObjectKey& key,
                                   const std::stop_token& stop = {});
  core::Result<ListPage> list(const core::ResourceType& type, const ListOptions& options,
                              const std::stop_token& stop = {});

  /// Runs until the server ends the watch (a value: reconnect), the handler returns false, or an error. An ERROR event
  /// with code 410 is the error Gone; an event that cannot be read is the error Invalid.
  core::Result<void> watch(const core::ResourceType& type, const WatchOptions& options, const WatchHandler& handler,
                           const std::stop_token& stop);

  /// Hands every line, without its line feed, to `on_line` as it arrives; only a value says that all have come, or that
  /// `on_line` returned false. What is in memory at once has a bound, however long the list. A stream that breaks off,
  /// be it between two lines, is Unavailable, and is not begun again.
  core::Result<void> read_lines(const core::ResourceType& type, const LinesOptions& options, const LineHandler& on_line,
                                const std::stop_token& stop);

  /// POST; the name may be in metadata.generateName. Never sent again after a connection was lost, as the outcome is
  /// unknown then.
  core::Result<nlohmann::json> create(const core::ResourceType& type, const std::string& ns,
                                      const nlohmann::json& object, const std::stop_token& stop = {});
  /// Server-side apply; `object` holds apiVersion, kind and metadata.name. metadata.resourceVersion in it is a
  /// precondition.
  core::Result<nlohmann::json> apply(const core::ResourceType& type, const core::ObjectKey& key,
                                     const nlohmann::json& object, const ApplyOptions& options,
                                     const std::stop_token& stop = {});
  /// RFC 7386. metadata.resourceVersion in it is a precondition.
  core::Result<nlohmann::json> merge_patch(const core::ResourceType& type, const core::ObjectKey& key,
                                           const nlohmann::json& patch, const std::stop_token& stop = {});
  /// PUT; needs metadata.resourceVersion.
  core::Result<nlohmann::json> replace(const core::ResourceType& type, const core::ObjectKey& key,
                                       const nlohmann::json& object, const std::stop_token& stop = {});
  /// Background propagation. NotFound and a failed precondition (Conflict) are errors: the caller decides what they
  /// mean.
  core::Result<void> remove(const core::ResourceType& type, const core::ObjectKey& key,
                            const DeletePreconditions& preconditions, const std::stop_token& stop = {});

  /// Whether the server serves the type now (discovery of its group and version).
  core::Result<bool> serves(const core::ResourceType& type, const std::stop_token& stop = {});
  core::Result<TokenReviewResult> review_token(std::string_view token, const std::vector<std::string>& audiences,
                                               const std::stop_token& stop = {});
  core::Result<bool> review_access(const AccessQuestion& question, const std::stop_token& stop = {});

 private:
  struct Inner;
  std::unique_ptr<Inner> inner_;
};

}  // namespace guildhall::kube
