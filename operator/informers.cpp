#include "operator/informers.hpp"

#include <fmt/format.h>

#include "controllers/apikey/names.hpp"
#include "controllers/apikey/vmauth_text.hpp"
#include "operator/core/well_known_names.hpp"

namespace guildhall {
namespace {

/// Secrets are chosen by type, which nobody can change, not by a label that anybody could take away.
kube::Selection secrets_of_type(const char* type) {
  return {.ns = {}, .label_selector = {}, .field_selector = std::string("type=") + type};
}

kube::Selection managed_by_guildhall() {
  return {.ns = {},
          .label_selector = std::string(core::kManagedByLabel) + "=" + core::kManagedByValue,
          .field_selector = {}};
}

kube::Selection services_with_label() {
  return {.ns = {}, .label_selector = controllers::organization::kDeploymentLabel, .field_selector = {}};
}

kube::Selection events_of_ours() {
  return {.ns = {},
          .label_selector = {},
          .field_selector = std::string("reportingController=") + audit::kReportingController};
}

core::Result<records::FrontProxy> parse_front_proxy(const nlohmann::json& config_map) {
  const nlohmann::json said = config_map.value("data", nlohmann::json::object());
  std::map<std::string, std::string> data;
  for (const auto& [name, value] : said.items()) {
    if (value.is_string()) data[name] = value.get<std::string>();
  }
  return records::parse_front_proxy(data);
}

kube::Selection secret_named(const std::string& ns, const char* name) {
  return {.ns = ns, .label_selector = {}, .field_selector = std::string("metadata.name=") + name};
}

}  // namespace

Informers::Informers(const std::string& ns, const core::Codec& codec,
                     const controllers::organization::IdentityRules& identity)
    : organizations(api::organization_type(), {}, api::parse_organization),
      members(api::member_type(), {}, api::parse_member),
      api_keys(api::api_key_type(), {}, api::parse_api_key),
      namespaces(core::types::namespaces(), {}, controllers::organization::parse_namespace_view),
      roles(core::types::roles(), managed_by_guildhall(), controllers::organization::parse_role_view),
      cluster_roles(core::types::cluster_roles(), managed_by_guildhall(), controllers::organization::parse_role_view),
      role_bindings(core::types::role_bindings(), managed_by_guildhall(),
                    controllers::organization::parse_binding_view),
      cluster_role_bindings(core::types::cluster_role_bindings(), managed_by_guildhall(),
                            controllers::organization::parse_binding_view),
      services(core::types::services(), services_with_label(), controllers::organization::parse_service_deployment),
      custom_resources(kube::definitions()),
      secrets(core::types::secrets(), secrets_of_type(controllers::apikey::kSecretType),
              [codec](const nlohmann::json& object) { return controllers::apikey::parse_secret_view(object, codec); }),
      invitation_secrets(core::types::secrets(), secrets_of_type(controllers::member::kInvitationSecretType),
                         [codec](const nlohmann::json& object) {
                           return controllers::member::parse_invitation_secret(object, codec);
                         }),
      vmauth(core::types::secrets(), secrets_of_type(controllers::apikey::kVmauthSecretType),
             [codec](const nlohmann::json& object) { return controllers::apikey::parse_vmauth_view(object, codec); }),
      vmusers(controllers::apikey::vmuser_type(), {}, controllers::apikey::parse_vmuser_view),
      seal_keys(core::types::secrets(), secret_named(ns, kSealKeysName), parse_seal_keys),
      serving_certificates(core::types::secrets(), secret_named(ns, kServingCertificatesName),
                           parse_serving_certificates),
      events(core::types::events(), events_of_ours(), audit::parse_event_view),
      front_proxy(core::types::config_maps(),
                  {.ns = "kube-system",
                   .label_selector = {},
                   .field_selector = std::string("metadata.name=") + kFrontProxyConfigMap},
                  parse_front_proxy) {
  for (const auto kind : controllers::organization::optional_deployment_kinds()) {
    auto& cache = deployments.emplace_back(kind);
    optional_.emplace_back(cache.objects, custom_resources);
  }
  optional_.emplace_back(vmusers, custom_resources);
  controllers::apikey::add_indexes(api_key_caches);
  controllers::organization::add_indexes(organization_caches);
  controllers::member::add_indexes(member_caches, identity);
  controllers::enforcement::add_indexes(vmauth, vmusers);
}

std::vector<kube::ObjectCache*> Informers::all() {
  return {&organizations,
          &members,
          &api_keys,
          &namespaces,
          &roles,
          &cluster_roles,
          &role_bindings,
          &cluster_role_bindings,
          &services,
          &custom_resources,
          &secrets,
          &invitation_secrets,
          &vmauth,
          &seal_keys,
          &serving_certificates,
          &events,
          &front_proxy};
}

void Informers::register_for(Reader reader, runtime::CacheRegistry& registry) {
  const kube::ObjectCache* of_reader = &secrets;
  if (reader == Reader::Members) of_reader = &invitation_secrets;
  if (reader == Reader::Enforcement) of_reader = &vmauth;
  for (const kube::ObjectCache* cache : all()) {
    const bool holds_secrets = cache == &secrets || cache == &invitation_secrets || cache == &vmauth;
    const bool is_read = cache != &custom_resources && cache != &seal_keys && cache != &serving_certificates &&
                         cache != &events && cache != &front_proxy;
    if (is_read && (!holds_secrets || cache == of_reader)) registry.add(*cache);
  }
  if (reader == Reader::Enforcement) registry.add(vmusers);
}

core::Result<void> Informers::check_filled() {
  std::vector<std::string> missing;
  for (const kube::ObjectCache* cache : all()) {
    if (const auto filled = cache->check_synced(); !filled) missing.push_back(filled.error().message);
  }
  if (missing.empty()) return {};
  return core::fail(core::ErrorKind::Unavailable, fmt::format("not filled yet: {}", fmt::join(missing, "; ")));
}

std::vector<std::jthread> Informers::run(kube::Client& client, core::Metrics& metrics, const std::stop_token& stop) {
  std::vector<std::jthread> threads;
  for (kube::ObjectCache* cache : all()) {
    threads.emplace_back([cache, &client, &metrics, stop] { cache->run(client, metrics, stop); });
  }
  for (kube::OptionalCache& cache : optional_)
    threads.emplace_back([&cache, &client, &metrics, stop] { cache.run(client, metrics, stop); });
  return threads;
}

}  // namespace guildhall
