#include "controllers/apikey/secret_formats.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "controllers/apikey/names.hpp"

namespace guildhall::controllers::apikey {
namespace {

constexpr const char* kVmagentFlags =
    "# For vmagent: -remoteWrite.url=<url below> -remoteWrite.bearerTokenFile=<where this Secret is mounted>/token\n";
constexpr const char* kNoUrl = "# No deployment of this key is known yet: put your URL in.\n";

std::vector<std::string> or_placeholder(const std::vector<std::string>& urls) {
  return urls.empty() ? std::vector<std::string>{"http://localhost:8428"} : urls;
}

/// vmagent itself takes flags, so they stand in a comment; the section is for what reads Prometheus' remote_write.
std::string vmagent(const SealedPayload& payload, const std::string& token) {
  std::string text = payload.write_urls.empty() ? kNoUrl : "";
  text += kVmagentFlags;
  text += "remote_write:\n";
  for (const auto& url : or_placeholder(payload.write_urls)) {
    text +=
        fmt::format("- url: {}/api/v1/write\n  authorization:\n    type: Bearer\n    credentials: {}\n", url, token);
  }
  return text;
}

/// A provisioning file of Grafana. Source: Grafana, "Provision Grafana", data sources.
std::string grafana(const SealedPayload& payload, const std::string& token) {
  std::string text = payload.urls.empty() ? kNoUrl : "";
  text += "apiVersion: 1\ndatasources:\n";
  int number = 0;
  for (const auto& url : or_placeholder(payload.urls)) {
    text += fmt::format(
        "- name: {}-{}\n  type: prometheus\n  access: proxy\n  url: {}\n  jsonData:\n    httpHeaderName1: "
        "Authorization\n"
        "  secureJsonData:\n    httpHeaderValue1: Bearer {}\n",
        payload.name, ++number, url, token);
  }
  return text;
}

std::pair<const char*, std::string> entry_of(const std::string& format, const SealedPayload& payload,
                                             const std::string& token) {
  if (format == "Vmagent") return {"vmagent.yaml", vmagent(payload, token)};
  if (format == "GrafanaDatasource") return {"grafana-datasource.yaml", grafana(payload, token)};
  if (format == "Curl") return {"curl.conf", fmt::format("header = \"Authorization: Bearer {}\"\n", token)};
  return {"guildhall.env", fmt::format("GUILDHALL_KEY_ID={}\nGUILDHALL_TOKEN={}\n", payload.token.id, token)};
}

}  // namespace

nlohmann::json secret_entries(const SealedPayload& payload, const std::string& token, const std::string& previous) {
  nlohmann::json entries{
      {kTokenEntry, token}, {kKeyIdEntry, payload.token.id}, {kHeaderEntry, "Authorization: Bearer " + token}};
  if (payload.previous) entries[kPreviousTokenEntry] = previous;
  for (const auto& format : payload.formats) {
    auto [name, text] = entry_of(format, payload, token);
    entries[name] = std::move(text);
  }
  return entries;
}

}  // namespace guildhall::controllers::apikey
