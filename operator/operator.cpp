#include "operator/operator.hpp"

#include <nlohmann/json.hpp>

#include "operator/admission/changes.hpp"
#include "operator/core/token_quotes.hpp"
#include "operator/crypto/digest.hpp"
#include "operator/kube/base64.hpp"
#include "operator/runtime/process_identity.hpp"
#include "operator/wiring.hpp"

namespace guildhall {
namespace {

namespace member = controllers::member;
namespace organization = controllers::organization;

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

}  // namespace

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
      use_desk_({.transport = transports.all,
                 .informers = informers_,
                 .sealer = seal_ring_,
                 .clock = clock_,
                 .metrics = metrics_,
                 .instance = lease_settings_.identity,
                 .ns = options.ns,
                 .has_read_cluster = [this] { return caches_are_filled(); },
                 .is_told = [this](const std::string& id) { return auditing_.has_told(id); },
                 .stop = stop_.get_token()}),
      records_api_({.transport = transports.all,
                    .informers = informers_,
                    .clock = clock_,
                    .random = random_,
                    .metrics = metrics_,
                    .store = audit_log_.reader(),
                    .damaged = [this](const core::Error& error) { audit_log_.set_damage(error); },
                    .sign_up = [this](const records::Signup& signup) { return signups_.take(signup); },
                    .keep_uses = [this](const core::UseReport& report) { return use_desk_.take(report); },
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
                         .is_told = [this](const std::string& id) { return auditing_.has_told(id); },
                         .stop = stop_.get_token()}),
      mailing_(options.mail.server, options.mail.templates,
               {.client = client_, .ns = options.ns, .clock = clock_, .metrics = metrics_, .stop = stop_.get_token()}),
      public_page_(options.public_page, page_surroundings()),
      key_gate_(options.gate,
                {.table = gate_table_,
                 .caches = {informers_.organizations, informers_.members, informers_.api_keys},
                 .clock = clock_,
                 .random = random_,
                 .metrics = metrics_,
                 .output = output_,
                 .send_report = [this](const core::UseReport& report,
                                       const std::stop_token& /*stop*/) { return use_desk_.take(report); }}),
      auditing_({.client = client_,
                 .informers = informers_,
                 .sealer = seal_ring_,
                 .clock = clock_,
                 .metrics = metrics_,
                 .instance = lease_settings_.identity,
                 .ns = options.ns},
                steady_, audit_log_),
      audit_sink_({.log = audit_log_, .metrics = metrics_, .output = output_}),
      engine_(client_, auditing_.trail(), clock_),
      organization_reconciler_(
          informers_.organization_caches,
          {.sealer = seal_ring_,
           .read = reader(),
           .let_go_at = [this](const std::string& name) { return serving_.admins_let_go_at(name); },
           .audit_recording =
               [this](const core::ObjectMeta& one) { return audit_log_.recording(one.uid, one.creation_timestamp); },
           .held_secrets = [this](const api::Organization& one) { return enforcement_reconciler_.held_secrets(one); },
           .secrets_with_tokens =
               [this](const api::Organization& one) { return enforcement_reconciler_.secrets_with_tokens(one); }},
          {.protected_namespaces = {options.ns, options.protected_namespaces}, .identity = identity()}),
      member_reconciler_(informers_.member_caches, member_dependencies()),
      api_key_reconciler_(informers_.api_key_caches, api_key_dependencies()),
      enforcement_reconciler_(informers_.enforcement_caches,
                              {.paths = gate::path_table(),
                               .codec = make_codec(),
                               .read = reader(),
                               .changed = [this](const std::string& home) { wake_api_keys(home); },
                               .written =
                                   [this](const std::vector<core::ObjectKey>& organizations) {
                                     for (const core::ObjectKey& one : organizations)
                                       organization_controller_.add(one);
                                   }}),
      organization_controller_(organization_reconciler_, context(registry_, informers_.organizations), options.workers),
      member_controller_(member_reconciler_, context(member_registry_, informers_.members), options.workers),
      api_key_controller_(api_key_reconciler_, context(registry_, informers_.api_keys), options.workers),
      enforcement_controller_(enforcement_reconciler_, {engine_, enforcement_registry_, clock_, steady_, metrics_},
                              options.workers),
      server_(options.process.metrics_listen, telemetry::make_routes({metrics_, live_, ready_})),
      started_at_(steady_.now()) {
  informers_.register_for(Informers::Reader::Others, registry_);
  informers_.register_for(Informers::Reader::Members, member_registry_);
  informers_.register_for(Informers::Reader::Enforcement, enforcement_registry_);
  // First of all that a change sets off: it may be a revocation.
  if (key_gate_.listens()) {
    follow(informers_.organizations, gate_table_);
    follow(informers_.members, gate_table_);
    follow(informers_.api_keys, gate_table_);
  }
  connect(informers_, {organization_controller_, member_controller_, api_key_controller_, enforcement_controller_},
          identity());
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

controllers::apikey::Dependencies Operator::api_key_dependencies() {
  return {.random = random_,
          .sealer = seal_ring_,
          .codec = make_codec(),
          .read = reader(),
          .enforcement_trouble = [this](const std::string& organization, const std::string& api_key)
              -> std::optional<controllers::apikey::EnforcementTrouble> {
            auto trouble = enforcement_reconciler_.trouble_of(organization);
            if (!trouble) return std::nullopt;
            return controllers::apikey::EnforcementTrouble{.reason = std::move(trouble->reason),
                                                           .message = std::move(trouble->message),
                                                           .is_behind = trouble->behind.contains(api_key)};
          }};
}

void Operator::wake_api_keys(const std::string& home) {
  for (const auto& key : informers_.api_keys.by_index(controllers::apikey::kKeysByNamespace, home))
    api_key_controller_.add(key->metadata.key());
}

/// Who made a Member.
std::string Operator::creator(const api::Member& member) const {
  for (const auto& entry : admission::read_changes(api::member_type().kind, member.metadata, seal_ring_)) {
    if (entry.is_creation()) return entry.user;
  }
  return {};
}

controllers::member::Dependencies Operator::member_dependencies() {
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

controllers::apikey::ObjectReader Operator::reader() {
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

}  // namespace guildhall
