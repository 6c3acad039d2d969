#include "operator/records/front_proxy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "operator/core/shallow_json.hpp"
#include "operator/core/text.hpp"
#include "operator/records/query.hpp"

namespace guildhall::records {

namespace {

using nlohmann::json;
using Data = std::map<std::string, std::string>;
using Texts = std::vector<std::string>;

core::Result<Texts> list_at(const Data& data, const std::string& name) {
  const auto found = data.find(name);
  if (found == data.end() || found->second.empty()) return Texts{};
  const json list = core::parse_shallow_json(found->second);
  const bool sound = list.is_array() && std::ranges::all_of(list, [](const json& one) { return one.is_string(); });
  if (!sound)
    return core::fail(core::ErrorKind::Invalid, fmt::format("{} is no JSON list of texts", name),
                      "ConfigMap kube-system/extension-apiserver-authentication");
  return list.get<Texts>();
}

core::Result<Texts> headers_at(const Data& data, const std::string& name) {
  auto names = list_at(data, name);
  if (names) std::ranges::transform(*names, names->begin(), core::lower_case);
  return names;
}

core::Result<FrontProxy> missing(const char* name) {
  return core::fail(core::ErrorKind::Invalid, fmt::format("{} is missing: nobody can be believed", name),
                    "ConfigMap kube-system/extension-apiserver-authentication");
}

/// The value of the first of these headers that has one. One that comes twice is no front proxy's work.
std::optional<std::string> only_value(const Headers& headers, const Texts& names) {
  for (const std::string& name : names) {
    const auto [begin, end] = headers.equal_range(name);
    if (begin == end) continue;
    if (std::next(begin) != end) return std::nullopt;
    if (!begin->second.empty()) return begin->second;
  }
  return std::string();
}

Texts all_values(const Headers& headers, const Texts& names) {
  Texts values;
  for (const std::string& name : names) {
    const auto [begin, end] = headers.equal_range(name);
    for (auto at = begin; at != end; ++at) {
      if (!at->second.empty()) values.push_back(at->second);
    }
  }
  return values;
}

std::map<std::string, Texts> extra_of(const Headers& headers, const Texts& prefixes) {
  std::map<std::string, Texts> extra;
  for (const std::string& prefix : prefixes) {
    for (auto at = headers.lower_bound(prefix); at != headers.end() && at->first.starts_with(prefix); ++at) {
      const std::string key = at->first.substr(prefix.size());
      extra[percent_decoded(key).value_or(key)].push_back(at->second);
    }
  }
  return extra;
}

}  // namespace

core::Result<FrontProxy> parse_front_proxy(const Data& data) {
  FrontProxy proxy;
  const auto ca = data.find("requestheader-client-ca-file");
  if (ca == data.end() || ca->second.empty()) return missing("requestheader-client-ca-file");
  proxy.client_ca = ca->second;
  const auto take = [&data](Texts& into, const char* name, auto read) -> core::Result<void> {
    auto texts = read(data, name);
    if (!texts) return std::unexpected(std::move(texts.error()));
    into = *std::move(texts);
    return {};
  };
  core::Result<void> read = take(proxy.allowed_names, "requestheader-allowed-names", list_at);
  if (read) read = take(proxy.username_headers, "requestheader-username-headers", headers_at);
  if (read) read = take(proxy.uid_headers, "requestheader-uid-headers", headers_at);
  if (read) read = take(proxy.group_headers, "requestheader-group-headers", headers_at);
  if (read) read = take(proxy.extra_prefixes, "requestheader-extra-headers-prefix", headers_at);
  if (!read) return std::unexpected(std::move(read.error()));
  if (proxy.username_headers.empty()) return missing("requestheader-username-headers");
  if (!data.contains("requestheader-uid-headers")) proxy.uid_headers = {"x-remote-uid"};
  // An empty prefix would make every header an extra.
  std::erase(proxy.extra_prefixes, "");
  return proxy;
}

std::optional<User> authenticate(const FrontProxy& proxy, std::string_view common_name, const Headers& headers) {
  if (common_name.empty()) return std::nullopt;
  const bool allowed =
      proxy.allowed_names.empty() || std::ranges::find(proxy.allowed_names, common_name) != proxy.allowed_names.end();
  if (!allowed) return std::nullopt;
  const auto name = only_value(headers, proxy.username_headers);
  const auto uid = only_value(headers, proxy.uid_headers);
  if (!name || name->empty() || !uid) return std::nullopt;
  return User{.name = *name,
              .uid = *uid,
              .groups = all_values(headers, proxy.group_headers),
              .extra = extra_of(headers, proxy.extra_prefixes)};
}

}  // namespace guildhall::records
