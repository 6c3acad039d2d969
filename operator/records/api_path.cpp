#include "operator/records/api_path.hpp"

#include <vector>

#include "operator/records/query.hpp"
#include "operator/records/words.hpp"

namespace guildhall::records {

namespace {

using Segments = std::vector<std::string>;

Segments segments_of(std::string_view path) {
  while (path.starts_with('/'))
    path.remove_prefix(1);
  while (path.ends_with('/'))
    path.remove_suffix(1);
  Segments segments;
  if (path.empty()) return segments;
  for (;;) {
    const auto slash = path.find('/');
    segments.emplace_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

std::string joined(const Segments& segments, std::size_t from) {
  std::string text;
  for (std::size_t i = from; i < segments.size(); ++i)
    text += (text.empty() ? "" : "/") + segments[i];
  return text;
}

/// Behind /apis/<group>/<version>/. "namespaces/acme" alone would be the Namespace itself, which is served elsewhere.
ApiPath resource_of(const Segments& segments) {
  constexpr std::size_t below_version = 3;
  ApiPath path{.place = Place::Resource, .ns = {}, .resource = {}, .name = {}, .subresource = {}};
  std::size_t at = below_version;
  if (segments[at] == "namespaces" && segments.size() > at + 2) {
    path.ns = segments[at + 1];
    at += 2;
    if (path.ns.empty()) return {};
  }
  path.resource = segments[at];
  if (segments.size() > at + 1) path.name = segments[at + 1];
  path.subresource = joined(segments, at + 2);
  return path;
}

Place place_of(const Segments& segments) {
  const std::string whole = joined(segments, 0);
  const std::string group = "apis/" + std::string(kGroup);
  const std::string version = "apis/" + std::string(kApiVersion);
  if (whole == "healthz" || whole == "livez" || whole == "readyz") return Place::Health;
  if (whole == "apis") return Place::Groups;
  if (whole == group) return Place::Group;
  if (whole == version) return Place::Version;
  if (whole == "openapi/v3") return Place::OpenApi;
  if (whole == "openapi/v3/" + version) return Place::OpenApiOfVersion;
  return whole.starts_with(version + "/") ? Place::Resource : Place::Unknown;
}

}  // namespace

ApiPath read_api_path(std::string_view path) {
  const auto decoded = percent_decoded(path);
  if (!decoded) return {.place = Place::Malformed, .ns = {}, .resource = {}, .name = {}, .subresource = {}};
  const Segments segments = segments_of(*decoded);
  const Place place = place_of(segments);
  if (place == Place::Resource) return resource_of(segments);
  return {.place = place, .ns = {}, .resource = {}, .name = {}, .subresource = {}};
}

std::string_view verb_of(std::string_view method, bool has_name, bool watch) {
  if (method == "POST") return "create";
  if (method == "PUT") return "update";
  if (method == "PATCH") return "patch";
  if (method == "DELETE") return has_name ? "delete" : "deletecollection";
  if (method != "GET" && method != "HEAD") return {};
  if (has_name) return "get";
  return watch ? "watch" : "list";
}

}  // namespace guildhall::records
