#include "operator/serving.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "controllers/member/decline.hpp"
#include "controllers/organization/acceptance.hpp"
#include "operator/actors.hpp"
#include "operator/admission/changes.hpp"
#include "operator/admission/deletion_note.hpp"
#include "operator/admission/kept_annotations.hpp"
#include "operator/admission/routes.hpp"
#include "operator/auditing.hpp"
#include "operator/core/json_member.hpp"
#include "operator/kube/retry.hpp"
#include "operator/noted.hpp"
#include "operator/records_api.hpp"

namespace guildhall {
namespace {

constexpr int kForbidden = 403;
constexpr std::chrono::seconds kRepeatsInterval{5};
/// Of the 3 s that the API server waits for a webhook.
constexpr std::chrono::milliseconds kCachePatience{1'500};
constexpr std::chrono::milliseconds kCacheInterval{20};

/// Webhooks ask the API server while they answer it: as many as ask at once.
constexpr int kThreads = 8;

/// A review holds an object as it was and as it is to be: each may be as long as a request to the API server (3 MiB)
/// and grow by what its managedFields say of it. One that is too long for us could not be changed any more.
constexpr std::uint64_t kLongestReview = 32U << 20U;
constexpr std::uint64_t kLongestForStrangers = 4U << 10U;
/// Of a gate: core::kMostReported uses and refusals with the longest names. Strangers may fill as much 256 times.
constexpr std::uint64_t kLongestReport = 512U << 10U;

/// The API server keeps a connection for about 90 s without a request and does not ask again when it is closed under
/// one: it is the first to close it.
http::Limits limits(const admission::WebhookPaths& paths) {
  return {.body_bytes = kLongestForStrangers,
          .body_bytes_of =
              [paths](std::string_view path) {
                if (!paths.webhook_at(path).empty()) return kLongestReview;
                return path == RecordsApi::kReportsPath ? kLongestReport : kLongestForStrangers;
              },
          .most_body_bytes = kLongestReview,
          .read_timeout = std::chrono::seconds{120}};
}

/// Short of the 3 s in which the API server wants its answer. Without a write guard: every replica answers.
kube::ClientOptions client_options() {
  kube::ClientOptions client;
  client.timeout = std::chrono::milliseconds{1'000};
  client.longest_wait = std::chrono::milliseconds{500};
  client.max_attempts = 2;
  return client;
}

/// What a Member answered to its invitation.
constexpr std::array<std::string_view, 2> kKept{controllers::organization::kAcceptedAnnotation,
                                                controllers::member::kDeclinedAnnotation};

/// As kube::load_config() decides.
bool is_in_cluster(const RunOptions& options) {
  return options.process.kubeconfig.empty() && std::getenv("KUBECONFIG") == nullptr &&
         std::getenv("KUBERNETES_SERVICE_HOST") != nullptr;
}

std::optional<std::string> advertised_url(const RunOptions& options) {
  return is_in_cluster(options) ? std::nullopt : std::optional("https://" + options.advertise_host);
}

std::vector<std::string> names(const RunOptions& options) {
  std::vector<std::string> result{"guildhall-operator." + options.ns + ".svc"};
  if (!is_in_cluster(options)) result.push_back(options.advertise_host);
  return result;
}

/// Changes nothing, but has the API server read the object anew: 5.0 for 5 is a change to it otherwise, with a
/// generation of its own, and neither shows here (it writes both as 5).
nlohmann::json tests_kind(const nlohmann::json& object) {
  return {{"op", "test"}, {"path", "/kind"}, {"value", core::text_at(object, "kind")}};
}

}  // namespace

Serving::Serving(const RunOptions& options, Surroundings surroundings)
    : at_(std::move(surroundings)),
      client_(at_.transport, client_options(), at_.metrics),
      identity_({.user_template = options.user_template}),
      last_admin_guard_({.members = {.client = client_,
                                     .caches = at_.informers.organization_caches,
                                     .sealer = at_.sealer,
                                     .identity = identity_},
                         .clock = at_.clock,
                         .ns = options.ns}),
      trail_(audit_surroundings({.client = client_,
                                 .informers = at_.informers,
                                 .sealer = at_.sealer,
                                 .clock = at_.clock,
                                 .metrics = at_.metrics,
                                 .instance = at_.instance,
                                 .ns = options.ns},
                                at_.is_told)),
      paths_(at_.sealer),
      webhooks_(at_.client, advertised_url(options), paths_),
      api_(at_.client,
           {.ns = options.ns,
            .external_host = is_in_cluster(options) ? std::nullopt : std::optional(options.advertise_host)},
           at_.instance),
      certificates_(at_.client, {.ns = options.ns, .names = names(options), .also = register_api()},
                    at_.informers.serving_certificates, at_.clock, webhooks_),
      server_(options.serve_listen, routes(), limits(paths_), kThreads, certificates_.identity()) {
  follow_front_proxy();
}

/// Before the informers run.
void Serving::follow_front_proxy() {
  if (!at_.records) return;
  at_.informers.front_proxy.add_handler(
      [this](const core::ObjectKey& /*key*/, const auto& /*before*/, const auto& after) {
        if (!after) return;
        if (const auto trusted = certificates_.trust_clients(after->client_ca); !trusted)
          spdlog::error("the front proxy's new authority cannot be read, so that from before is believed on: {}",
                        trusted.error().describe());
      });
}

std::function<core::Result<void>(const std::string&, const std::stop_token&)> Serving::register_api() {
  if (!at_.records)
    return [this](const std::string& /*authorities*/, const std::stop_token& stop) { return api_.withdraw(stop); };
  return [this](const std::string& authorities, const std::stop_token& stop) { return api_.keep(authorities, stop); };
}

core::Result<std::uint16_t> Serving::start() {
  const auto port = server_.start();
  if (port) webhooks_.set_port(*port);
  if (port) api_.set_port(*port);
  return port;
}

bool Serving::wait_until_synced(const std::stop_token& stop) const {
  return at_.informers.serving_certificates.wait_until_synced(stop);
}

void Serving::stop() {
  server_.stop();
  trail_.end({});
}

void Serving::tell_repeats(const std::stop_token& stop) {
  while (kube::pause(kRepeatsInterval, stop))
    trail_.tell_repeats(stop);
}

admission::Verdict Serving::guard_last_admin(const admission::Review& review) {
  if (!at_.has_read_cluster()) return admission::undecided("this operator has not read the cluster yet; try again");
  admission::Verdict verdict = last_admin_guard_.decide(review, at_.stop);
  if (verdict.allowed && review.operation == admission::Operation::Delete) tell_last(review);
  if (!verdict.allowed && verdict.code == kForbidden)
    tell(review, admission::refusal_note(review, "MemberRemovalRefused", verdict.message));
  return verdict;
}

/// A deletion is not held up because nobody could tell of it.
admission::Verdict Serving::tell_deletion(const admission::Review& review) {
  tell_last(review);
  return admission::allow();
}

/// What the object's record says goes with the object: what no leader has told yet is told now.
void Serving::tell_last(const admission::Review& review) {
  const auto note = admission::deletion_note(review, leaves(review), at_.clock.now());
  if (!note) return;
  if (const auto object = admission::reviewed_object(review); object && wait_for_caches()) {
    const runtime::Regarding regarding{object->type, object->key, object->uid};
    for (const core::AuditNote& noted :
         trail_.untold(regarding, noted_on(review.old_object, at_.informers, at_.sealer)))
      tell(*object, noted);
  }
  tell(review, note);
}

/// Before the answer, so that what the API server does then is told already.
void Serving::tell(const admission::Review& review, const std::optional<core::AuditNote>& note) {
  const auto object = admission::reviewed_object(review);
  if (note && object) tell(*object, *note);
}

void Serving::tell(const admission::ReviewedObject& object, const core::AuditNote& note) {
  const core::Result<void> told =
      wait_for_caches() ? trail_.tell({object.type, object.key, object.uid}, note, at_.stop)
                        : core::fail(core::ErrorKind::Unavailable, "this replica has not read the cluster yet");
  if (told) return;
  at_.metrics.count("guildhall_audit_events_lost_total", {{"reason", std::string(core::to_string(told.error().kind))}},
                    1);
  spdlog::warn("no Event {} about {}: {}", note.action.text(), core::describe(object.type, object.key),
               told.error().describe());
}

/// Whose log it belongs to is known by the caches; a replica that has just started has them in a moment.
bool Serving::wait_for_caches() const {
  const auto end = std::chrono::steady_clock::now() + kCachePatience;
  while (!at_.has_read_cluster()) {
    if (std::chrono::steady_clock::now() >= end || !kube::pause(kCacheInterval, at_.stop)) return false;
  }
  return true;
}

/// Whether a Member deletes itself.
bool Serving::leaves(const admission::Review& review) const {
  if (review.resource != api::member_type().plural) return false;
  const auto member = api::parse_member(review.old_object);
  if (!member) return false;
  const auto subjects = controllers::organization::subjects_of(*member, identity_);
  return std::ranges::find(subjects, subject_of(review.user.name)) != subjects.end();
}

/// A change is not held up because nobody could note it.
admission::Verdict Serving::note_changes(const admission::Review& review) const {
  nlohmann::json patch = admission::kept_annotations(review, kKept);
  std::optional<admission::Review> restored;
  if (!patch.empty()) restored.emplace(review).object = review.object.patch(patch);
  const auto changes = admission::changes_patch(restored ? *restored : review, at_.sealer, at_.clock.now());
  if (changes && !changes->is_null()) patch.insert(patch.end(), changes->begin(), changes->end());
  if (patch.empty() && review.operation == admission::Operation::Update) patch.push_back(tests_kind(review.object));
  admission::Verdict verdict = admission::allow();
  if (!patch.empty()) verdict.patch = std::move(patch);
  return verdict;
}

http::Handler Serving::routes() {
  http::Handler webhooks = admission::make_routes(
      {{admission::kInvariantsWebhook, [this](const admission::Review& review) { return guard_last_admin(review); }},
       {admission::kDeletionsWebhook, [this](const admission::Review& review) { return tell_deletion(review); }},
       {admission::kChangesWebhook, [this](const admission::Review& review) { return note_changes(review); }}},
      paths_, at_.metrics);
  if (!at_.records) return webhooks;
  return [webhooks = std::move(webhooks), records = at_.records](const http::Request& request) {
    return RecordsApi::answers(request.path) ? records(request) : webhooks(request);
  };
}

}  // namespace guildhall
