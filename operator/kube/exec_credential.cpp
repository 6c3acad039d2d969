#include <nlohmann/json.hpp>
#include <utility>

#include "operator/core/json_member.hpp"
#include "operator/kube/base64.hpp"
#include "operator/kube/exec_plugin.hpp"

namespace guildhall::kube {

namespace {

std::unexpected<core::Error> invalid(const char* what) {
  return core::fail(core::ErrorKind::Invalid, std::string("what it printed is no ExecCredential: ") + what);
}

}  // namespace

std::string exec_info(const ExecPlugin& plugin, const ClusterConfig& config, std::string_view ca) {
  nlohmann::json spec{{"interactive", false}};
  if (plugin.provide_cluster_info) {
    nlohmann::json cluster{{"server", config.server}};
    if (!ca.empty()) cluster["certificate-authority-data"] = encode_base64(ca);
    if (!config.tls_server_name.empty()) cluster["tls-server-name"] = config.tls_server_name;
    if (config.insecure) cluster["insecure-skip-tls-verify"] = true;
    spec["cluster"] = std::move(cluster);
  }
  const nlohmann::json info{{"apiVersion", plugin.api_version}, {"kind", "ExecCredential"}, {"spec", std::move(spec)}};
  // A kubeconfig may hold bytes that JSON cannot.
  return info.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

core::Result<ExecCredential> parse_exec_credential(std::string_view output, const ExecPlugin& plugin) {
  const auto printed = nlohmann::json::parse(output, nullptr, false);
  if (!printed.is_object()) return invalid("it is not a JSON object");
  if (core::text_at(printed, "kind") != "ExecCredential") return invalid("kind is another");
  if (core::text_at(printed, "apiVersion") != plugin.api_version)
    return invalid("apiVersion is not the configured one");
  const auto status = printed.find("status");
  if (status == printed.end() || !status->is_object()) return invalid("status is missing");
  ExecCredential credential;
  credential.token = core::SecretText(core::text_at(*status, "token"));
  credential.certificate = core::text_at(*status, "clientCertificateData");
  credential.key = core::SecretText(core::text_at(*status, "clientKeyData"));
  if (credential.certificate.empty() != credential.key.empty())
    return invalid("clientCertificateData and clientKeyData belong together");
  if (credential.token.empty() && credential.certificate.empty())
    return invalid("status has neither token nor clientCertificateData");
  const std::string expires = core::text_at(*status, "expirationTimestamp");
  if (expires.empty()) return credential;
  const auto time = core::parse_timestamp(expires);
  if (!time) return invalid("expirationTimestamp is not a time");
  credential.expires = *time;
  return credential;
}

}  // namespace guildhall::kube
