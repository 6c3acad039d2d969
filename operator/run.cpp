#include "operator/run.hpp"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <atomic>
#include <nlohmann/json.hpp>

#include "controllers/apikey/reconciler.hpp"
#include "controllers/member/reconciler.hpp"
#include "controllers/organization/reconciler.hpp"
#include "controllers/organization/signup.hpp"
#include "operator/activity_log.hpp"
#include "operator/admission/changes.hpp"
#include "operator/audit_sink.hpp"
#include "operator/auditing.hpp"
#include "operator/core/token_quotes.hpp"
#include "operator/crypto/digest.hpp"
#include "operator/crypto/random.hpp"
#include "operator/http/server.hpp"
#include "operator/informers.hpp"
#include "operator/kube/base64.hpp"
#include "operator/kube/config.hpp"
#include "operator/kube/cpprest_transport.hpp"
#include "operator/kube/prompt_transport.hpp"
#include "operator/mailing.hpp"
#include "operator/noted.hpp"
#include "operator/own_metrics.hpp"
#include "operator/public_page.hpp"
#include "operator/records_api.hpp"
#include "operator/runtime/clocks.hpp"
#include "operator/runtime/engine.hpp"
#include "operator/runtime/leader_election.hpp"
#include "operator/runtime/process_identity.hpp"
#include "operator/seal_keys.hpp"
#include "operator/serving.hpp"
#include "operator/signals.hpp"
#include "operator/signups.hpp"
#include "operator/telemetry/routes.hpp"
#include "operator/version.hpp"
#include "operator/wiring.hpp"

namespace guildhall {
namespace {

namespace apikey = controllers::apikey;
namespace member = controllers::member;
namespace organization = controllers::organization;

constexpr std::chrono::seconds kShutdownLimit{4};
/// Within it: what the mail server answered to the last mails is written down.
constexpr std::chrono::seconds kRecordPatience{1};
/// Likewise: what waits for the log. The next leader takes from the Events what is left.
constexpr std::chrono::milliseconds kLogPatience{500};
/// A server, or a webhook of some namespace, that asks to slow down is waited for in the queue: a worker that waits is
/// one less for all others.
constexpr std::chrono::seconds kLongestWaitInWorker{1};

core::Codec make_codec() {
  return {.sha256_hex = crypto::sha256_hex,
          .to_base64 = kube::encode_base64,
          .from_base64 = [](std::string_view text) -> core::Result<std::string> {
            auto bytes = kube::decode_base64(text);
            if (!bytes) return core::fail(core::ErrorKind::Invalid, "not base64");
            return std::move(*bytes);
          }};
}

/// A suffix that no other run has.
std::string random_suffix(core::RandomSource& random) {
  std::string bytes(8, '\0');
  random.fill(std::as_writable_bytes(std::span(bytes)));
  return crypto::sha256_hex(bytes).substr(0, 12);
}

runtime::LeaseSettings lease_settings(const RunOptions& options, core::RandomSource& random) {
  const runtime::ProcessIdentity self = runtime::this_process(random_suffix(random));
  runtime::LeaseSettings settings;
  settings.lease = {options.ns, "guildhall-operator"};
  settings.identity = runtime::format_identity(self);
  settings.lease_duration = options.lease_duration;
  settings.renew_deadline = options.renew_deadline;
  settings.retry_period = options.retry_period;
  settings.previous_identity_is_dead = [self](const std::string& holder) {
    return runtime::is_provably_dead(holder, self, runtime::probe_process);
  };
  return settings;
}

/// Ways to the API server.
struct Transports {
  std::shared_ptr<kube::HttpTransport> prompt;  ///< of answers that the API server waits for itself
  std::shared_ptr<kube::HttpTransport> all;     ///< of all else
};

/// Everything of one run, in the order in which it is made; taken down in the opposite one.
class Operator {
 public:
  Operator(const RunOptions& options, const Transports& transports);

  /// Starts to listen, to fill caches and to stand for leader. Errors: of listening.
  core::Result<void> start();
  /// Stops all that start() began.
  void stop();
  [[nodiscard]] bool lost_lease() const { return lost_lease_; }

 private:
  kube::ClientOptions client_options() const;
  /// `objects`: of the controller's kind.
  template <class T>
  runtime::ControllerContext context(const runtime::CacheRegistry& registry, const kube::Informer<T>& objects) {
    return {engine_, registry, clock_, steady_, metrics_, [this, &objects](const core::ObjectKey& key) {
              const auto object = objects.get(key);
              return object ? noted(*object) : std::vector<core::AuditNote>{};
            }};
  }
  [[nodiscard]] std::vector<core::AuditNote> noted(const api::Organization& one) const {
    return noted_on(one, informers_, seal_ring_);
  }
  [[nodiscard]] std::vector<core::AuditNote> noted(const auto& one) const { return noted_on(one, seal_ring_); }
  [[nodiscard]] organization::IdentityRules identity() const { return {.user_template = options_.user_template}; }
  apikey::Dependencies api_key_dependencies();
  member::Dependencies member_dependencies();
  PublicPage::Surroundings page_surroundings();
  [[nodiscard]] std::string creator(const api::Member& member) const;
  apikey::ObjectReader reader();
  void wake_organization(const std::string& uid);
  void declare_checks();
  void declare_metrics();
  void stand_for_leader(const std::stop_token& stop);
  void lead(const std::stop_token& stop);
  void end_without_lease();
  core::Result<void> check_leading() const;
  [[nodiscard]] bool caches_are_filled() const {
    return registry_.all_synced() && member_registry_.all_synced() && informers_.seal_keys.synced();
  }
  [[nodiscard]] std::optional<std::string> find_sealed() const;

  RunOptions options_;
  runtime::SystemClock clock_;
  runtime::BootClock steady_;
  crypto::SystemRandom random_;
  std::stop_source stop_;
  telemetry::PrometheusMetrics metrics_;
  telemetry::HealthChecks live_;
  telemetry::HealthChecks ready_;
  std::shared_ptr<kube::HttpTransport> transport_;
  runtime::LeaseSettings lease_settings_;
  kube::Client lease_client_;
  runtime::LeaderElection election_;
  kube::Client client_;
  crypto::KeyRing seal_ring_;
  Informers informers_;
  runtime::CacheRegistry registry_;
  runtime::CacheRegistry member_registry_;
  SealKeys seal_keys_;
  ActivityLog activity_log_;
  AuditLog audit_log_;
  Signups signups_;
  RecordsApi records_api_;
  Serving serving_;
  Mailing mailing_;
  PublicPage public_page_;
  Auditing auditing_;
  AuditSink audit_sink_;
  runtime::Engine engine_;
  organization::Reconciler organization_reconciler_;
  member::Reconciler member_reconciler_;
  apikey::Reconciler api_key_reconciler_;
  runtime::Controller organization_controller_;
  runtime::Controller member_controller_;
  runtime::Controller api_key_controller_;
  http::Server server_;
  std::atomic<bool> leading_{false};
  std::atomic<bool> lost_lease_{false};
  runtime::SteadyTime started_at_;
  std::vector<std::jthread> threads_;
};

Operator::Operator(const RunOptions& options, const Transports& transports)
    : options_(options),
      transport_(transports.all),
      lease_settings_(lease_settings(options, random_)),
      lease_client_(transport_, runtime::lease_client_options(lease_settings_), metrics_),
      election_(lease_client_, lease_settings_, clock_, steady_, metrics_),
      client_(transport_, client_options(), metrics_),
      informers_(options.ns, make_codec(), identity()),
      seal_keys_(client_, options.ns, informers_.seal_keys, seal_ring_, random_),
      activity_log_(informers_, seal_ring_, clock_, identity()),
      audit_log_({.file = options.store,
                  .clock = clock_,
                  .metrics = metrics_,
                  .wake = [this](const std::string& uid) { wake_organization(uid); }}),
      signups_({.transport = transports.all,
                .informers = informers_,
                .has_read_cluster = [this] { return caches_are_filled(); },
                .sealer = seal_ring_,
                .codec = make_codec(),
                .clock = clock_,
                .metrics = metrics_,
                .ns = options.ns,
                .protected_namespaces = {options.ns, options.protected_namespaces},
                .identity = identity(),
                .limits = {.email_domains = options.signup.email_domains, .most_per_user = options.signup.max_per_user},
                .stop = stop_.get_token()}),
      records_api_({.transport = transports.all,
                    .informers = informers_,
                    .clock = clock_,
                    .random = random_,
                    .metrics = metrics_,
                    .store = audit_log_.reader(),
                    .sign_up = [this](const records::Signup& signup) { return signups_.take(signup); },
                    .has_read_cluster = [this] { return caches_are_filled(); },
                    .stop = stop_.get_token()}),
      serving_(options, {.transport = transports.prompt,
                         .client = client_,
                         .informers = informers_,
                         .sealer = seal_ring_,
                         .clock = clock_,
                         .metrics = metrics_,
                         .instance = lease_settings_.identity,
                         .has_read_cluster = [this] { return caches_are_filled(); },
                         .records = options.records ? records_api_.handler() : http::Handler{},
                         .stop = stop_.get_token()}),
      mailing_(options.mail.server, options.mail.templates,
               {.client = client_, .ns = options.ns, .clock = clock_, .metrics = metrics_, .stop = stop_.get_token()}),
      public_page_(options.public_page, page_surroundings()),
      auditing_({.client = client_,
                 .informers = informers_,
                 .sealer = seal_ring_,
                 .clock = clock_,
                 .metrics = metrics_,
                 .instance = lease_settings_.identity,
                 .ns = options.ns},
                audit_log_),
      audit_sink_({.log = audit_log_, .metrics = metrics_, .descriptor = STDOUT_FILENO}),
      engine_(client_, auditing_.trail(), clock_),
      organization_reconciler_(
          informers_.organization_caches,
          {.sealer = seal_ring_,
           .read = reader(),
           .let_go_at = [this](const std::string& name) { return serving_.admins_let_go_at(name); },
           .audit_trouble =
               [this](const core::ObjectMeta& one) { return audit_log_.trouble(one.uid, one.creation_timestamp); }},
          {.protected_namespaces = {options.ns, options.protected_namespaces}, .identity = identity()}),
      member_reconciler_(informers_.member_caches, member_dependencies()),
      api_key_reconciler_(informers_.api_key_caches, api_key_dependencies()),
      organization_controller_(organization_reconciler_, context(registry_, informers_.organizations), options.workers),
      member_controller_(member_reconciler_, context(member_registry_, informers_.members), options.workers),
      api_key_controller_(api_key_reconciler_, context(registry_, informers_.api_keys), options.workers),
      server_(options.metrics_listen, telemetry::make_routes({metrics_, live_, ready_})),
      started_at_(steady_.now()) {
  informers_.register_for(Informers::Reader::Others, registry_);
  informers_.register_for(Informers::Reader::Members, member_registry_);
  connect(informers_, {organization_controller_, member_controller_, api_key_controller_}, identity());
  activity_log_.wake_by([this](const core::ObjectKey& key) { member_controller_.add(key); });
  declare_checks();
  declare_metrics();
}

kube::ClientOptions Operator::client_options() const {
  kube::ClientOptions client;
  client.max_in_flight = options_.max_in_flight;
  client.longest_wait = kLongestWaitInWorker;
  client.strike = core::strike_tokens;
  if (options_.leader_elect) client.write_guard = election_.write_guard();
  return client;
}

apikey::Dependencies Operator::api_key_dependencies() {
  return {.random = random_, .sealer = seal_ring_, .codec = make_codec(), .read = reader()};
}

/// Who made a Member.
std::string Operator::creator(const api::Member& member) const {
  for (const auto& entry : admission::read_changes(api::member_type().kind, member.metadata, seal_ring_)) {
    if (entry.is_creation()) return entry.user;
  }
  return {};
}

member::Dependencies Operator::member_dependencies() {
  member::Means means{.sends_mail = mailing_.sends(), .link = {}};
  if (const auto& url = options_.public_page.url)
    means.link = [url = *url](std::string_view token) { return page::invitation_link(url, token); };
  return {.sealer = seal_ring_,
          .identity = identity(),
          .means = std::move(means),
          .random = random_,
          .codec = make_codec(),
          .read = reader(),
          .post = mailing_.post(),
          .creator = [this](const api::Member& one) { return creator(one); },
          .protected_namespaces = {options_.ns, options_.protected_namespaces},
          .wake = [this](const core::ObjectKey& key) { member_controller_.add(key); },
          .activity = [this](const api::Member& one) { return activity_log_.of(one); }};
}

PublicPage::Surroundings Operator::page_surroundings() {
  return {.transport = transport_,
          .caches = informers_.member_caches,
          .has_read_cluster = [this] { return caches_are_filled(); },
          .sealer = seal_ring_,
          .clock = clock_,
          .metrics = metrics_,
          .identity = identity(),
          .creator = [this](const api::Member& one) { return creator(one); },
          .stop = stop_.get_token()};
}

apikey::ObjectReader Operator::reader() {
  return [this](const core::ResourceType& type, const core::ObjectKey& at) {
    return client_.get(type, at, stop_.get_token());
  };
}

void Operator::wake_organization(const std::string& uid) {
  const auto found = uid.empty() ? informers_.organizations.list()
                                 : informers_.organizations.by_index(organization::kOrganizationsByUid, uid);
  for (const auto& one : found)
    organization_controller_.add(one->metadata.key());
}

/// Some Secret, Member or sign-up that is sealed, by whatever key.
std::optional<std::string> Operator::find_sealed() const {
  for (const auto& secret : informers_.secrets.list()) {
    if (!secret->seal.empty()) return core::describe(core::types::secrets(), secret->key);
  }
  for (const auto& member : informers_.members.list()) {
    if (organization::is_sealed(*member)) return core::describe(api::member_type(), member->metadata.key());
  }
  for (const auto& one : informers_.organizations.list()) {
    if (organization::awaits_founder(*one)) return core::describe(api::organization_type(), one->metadata.key());
  }
  return std::nullopt;
}

/// A standby is ready when it has stood by for longer than a dead leader's Lease lasts: then somebody leads, or this
/// process does.
core::Result<void> Operator::check_leading() const {
  if (leading_) return {};
  const bool leads_not_yet = !options_.leader_elect || election_.is_leader();
  const bool stands_by =
      !leads_not_yet && steady_.now() - started_at_ > options_.lease_duration + options_.retry_period;
  if (stands_by) return {};
  return core::fail(core::ErrorKind::Unavailable,
                    leads_not_yet ? "leads, but has not begun to work" : "not the leader yet");
}

void Operator::declare_checks() {
  live_.add("ping", []() -> core::Result<void> { return {}; });
  ready_.add("caches", [this] { return informers_.check_filled(); });
  ready_.add("seal-keys", [this]() -> core::Result<void> {
    return caches_are_filled() ? seal_keys_.state() : core::Result<void>{};
  });
  ready_.add("webhooks", [this] { return serving_.state(); });
  ready_.add("leader-election", [this] { return check_leading(); });
}

void Operator::declare_metrics() {
  declare_writes(metrics_);
  metrics_.gauge("guildhall_build_info", {{"version", kVersion}}, 1);
  metrics_.add_refresh([this] {
    organization_controller_.report();
    member_controller_.report();
    api_key_controller_.report();
  });
  metrics_.add_collector("guildhall_apikey_expiry_timestamp_seconds",
                         "When the current token of an ApiKey expires, in seconds since 1970",
                         [this] { return expiry_samples(informers_.api_keys); });
}

core::Result<void> Operator::start() {
  const auto port = server_.start();
  if (!port) return std::unexpected(port.error());
  const auto serving_port = serving_.start();
  if (!serving_port) return std::unexpected(serving_port.error());
  const auto page_port = public_page_.start();
  if (!page_port) return std::unexpected(page_port.error());
  if (*page_port) spdlog::info("the page of invitations is served on port {}", **page_port);
  spdlog::info("guildhall-operator {} answers /metrics, /healthz and /readyz on port {}, webhooks on port {}", kVersion,
               *port, *serving_port);
  threads_ = informers_.run(client_, metrics_, stop_.get_token());
  threads_.emplace_back([this] { stand_for_leader(stop_.get_token()); });
  threads_.emplace_back([this] { serving_.tell_repeats(stop_.get_token()); });
  return {};
}

void Operator::stand_for_leader(const std::stop_token& stop) {
  if (!options_.leader_elect) return lead(stop);
  election_.run(
      {.lead = [this](const std::stop_token& until) { lead(until); }, .lost = [this] { end_without_lease(); }}, stop);
}

/// At once, not when the work has come to its end: a read that the server does not answer may hold that up.
void Operator::end_without_lease() {
  spdlog::error("this process ends, as without the Lease {} it must not write any more",
                lease_settings_.lease.to_string());
  lost_lease_ = true;
  request_end();
}

void Operator::lead(const std::stop_token& stop) {
  if (!registry_.wait_until_synced(stop) || !member_registry_.wait_until_synced(stop) ||
      !informers_.seal_keys.wait_until_synced(stop) || !informers_.events.wait_until_synced(stop) ||
      !serving_.wait_until_synced(stop))
    return;
  if (!seal_keys_.wait_until_ready([this] { return find_sealed(); }, stop)) return;
  activity_log_.begin();
  auditing_.begin(stop);
  serving_.expect_registration();
  leading_ = true;
  spdlog::info("caches are filled, reconciling");
  std::jthread seal_keys([&] { seal_keys_.keep(stop); });
  std::jthread certificates([&] { serving_.keep(stop); });
  std::jthread auditing([&] { auditing_.keep(stop); });
  std::jthread sink([&] {
    if (!options_.audit_sinks.empty()) audit_sink_.follow(stop);
  });
  std::jthread organizations([&] { organization_controller_.run(stop); });
  std::jthread members([&] { member_controller_.run(stop); });
  api_key_controller_.run(stop);
  organizations.join();
  members.join();
  seal_keys.join();
  certificates.join();
  auditing.join();
  sink.join();
  leading_ = false;
}

void Operator::stop() {
  mailing_.stop();
  if (leading_) member_reconciler_.wait_until_recorded(std::chrono::steady_clock::now() + kRecordPatience);
  stop_.request_stop();
  threads_.clear();
  audit_log_.end(kLogPatience);
  public_page_.stop();
  serving_.stop();
  server_.stop();
}

}  // namespace

int run(const RunOptions& options) {
  block_end_signals();
  auto config = kube::load_config({.kubeconfig = options.kubeconfig, .choice = {}, .home_kubeconfig = {}});
  if (!config) {
    spdlog::error("cannot tell which cluster to work in: {}", config.error().describe());
    return 1;
  }
  const auto credentials = std::make_shared<kube::Credentials>(std::move(*config));
  auto transport = kube::make_cpprest_transport(credentials);
  if (!transport) {
    spdlog::error("cannot connect: {}", transport.error().describe());
    return 1;
  }
  const Transports transports{.prompt = kube::make_prompt_transport(credentials, *transport), .all = *transport};
  Operator guildhall(options, transports);  // NOLINT(misc-const-correctness): start() changes it
  if (const auto started = guildhall.start(); !started) {
    spdlog::error("{}", started.error().describe());
    end_at_most_in(kShutdownLimit, 1);
    guildhall.stop();
    return 1;
  }
  wait_for_end_signal();
  spdlog::info("shutting down");
  end_at_most_in(kShutdownLimit, guildhall.lost_lease() ? 1 : 0);
  guildhall.stop();
  return guildhall.lost_lease() ? 1 : 0;
}

}  // namespace guildhall
