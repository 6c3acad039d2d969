#include "operator/kube/request.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

namespace guildhall::kube {

namespace {

/// Source: Kubernetes API concepts, "Alternate representations of resources".
constexpr const char* kMetadataOnly = "application/json;as=PartialObjectMetadata{};g=meta.k8s.io;v=v1";

constexpr const char* kJson = "application/json";

/// The query of a target: "?" before the first parameter, "&" before the others.
class Target {
 public:
  explicit Target(std::string path) : text_(std::move(path)) {}

  Target& add(std::string_view name, std::string_view value) {
    text_ += separator_;
    separator_ = '&';
    text_ += name;
    text_ += '=';
    text_ += percent_encode(value);
    return *this;
  }
  Target& add_unless_empty(std::string_view name, std::string_view value) {
    return value.empty() ? *this : add(name, value);
  }
  [[nodiscard]] std::string text() && { return std::move(text_); }

 private:
  std::string text_;
  char separator_ = '?';
};

std::string group_path(const core::ResourceType& type) {
  return type.group.empty() ? fmt::format("/api/{}", type.version)
                            : fmt::format("/apis/{}/{}", type.group, type.version);
}

std::string resource_label(const core::ResourceType& type, std::string_view subresource = {}) {
  std::string label = type.plural;
  if (!type.group.empty()) label += "." + type.group;
  if (!subresource.empty()) label.append("/").append(subresource);
  return label;
}

Target& select(Target& target, const Selection& selection) {
  return target.add_unless_empty("labelSelector", selection.label_selector)
      .add_unless_empty("fieldSelector", selection.field_selector);
}

std::string describe_all(const core::ResourceType& type, const Selection& selection) {
  return selection.ns.empty() ? type.plural : fmt::format("{} in {}", type.plural, selection.ns);
}

Call read(const core::ResourceType& type, std::string verb, Target target, std::string object) {
  Call call;
  call.request.method = "GET";
  call.request.target = std::move(target).text();
  call.verb = std::move(verb);
  call.resource = resource_label(type);
  call.object = std::move(object);
  return call;
}

HttpRequest with_body(std::string method, Target target, std::string content_type, std::string body) {
  HttpRequest request;
  request.method = std::move(method);
  request.target = std::move(target).text();
  request.content_type = std::move(content_type);
  request.body = std::move(body);
  return request;
}

Call write(const core::ResourceType& type, std::string verb, HttpRequest request, std::string object) {
  Call call;
  call.request = std::move(request);
  call.verb = std::move(verb);
  call.resource = resource_label(type);
  call.object = std::move(object);
  call.write = true;
  return call;
}

Call review(std::string path, const nlohmann::json& body, std::string resource) {
  Call call;
  call.request = with_body("POST", Target(std::move(path)), kJson,
                           body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  call.verb = "create";
  call.object = resource;
  call.resource = std::move(resource);
  return call;
}

}  // namespace

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kUnreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (kUnreserved.find(c) != std::string_view::npos) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kDigits[byte >> 4U];
    encoded += kDigits[byte & 0x0FU];
  }
  return encoded;
}

std::string collection_path(const core::ResourceType& type, const std::string& ns) {
  std::string path = group_path(type);
  if (type.namespaced && !ns.empty()) path += "/namespaces/" + percent_encode(ns);
  return path + "/" + type.plural;
}

std::string object_path(const core::ResourceType& type, const core::ObjectKey& key, std::string_view subresource) {
  std::string path = collection_path(type, key.ns) + "/" + percent_encode(key.name);
  if (!subresource.empty()) path.append("/").append(subresource);
  return path;
}

bool has_names_only(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  std::size_t begin = 1;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment.empty() || segment == "." || segment == "..") return false;
    begin = end + 1;
  }
  return path.find("%2F") == std::string_view::npos && path.find("%25") == std::string_view::npos;
}

Call get_call(const core::ResourceType& type, const core::ObjectKey& key) {
  return read(type, "get", Target(object_path(type, key)), core::describe(type, key));
}

Call list_call(const core::ResourceType& type, const ListOptions& options) {
  Target target(collection_path(type, options.selection.ns));
  select(target, options.selection);
  if (options.limit > 0) target.add("limit", std::to_string(options.limit));
  target.add_unless_empty("continue", options.continue_token)
      .add_unless_empty("resourceVersion", options.resource_version)
      .add_unless_empty("resourceVersionMatch", options.resource_version_match);
  Call call = read(type, "list", std::move(target), describe_all(type, options.selection));
  if (options.selection.metadata_only) call.request.accept = fmt::format(kMetadataOnly, "List");
  return call;
}

Call watch_call(const core::ResourceType& type, const WatchOptions& options) {
  Target target(collection_path(type, options.selection.ns));
  target.add("watch", "true").add("allowWatchBookmarks", "true");
  target.add("timeoutSeconds", std::to_string(options.timeout.count()));
  select(target, options.selection).add_unless_empty("resourceVersion", options.resource_version);
  if (options.initial_events) target.add("sendInitialEvents", "true").add("resourceVersionMatch", "NotOlderThan");
  Call call = read(type, "watch", std::move(target), describe_all(type, options.selection));
  if (options.selection.metadata_only) call.request.accept = fmt::format(kMetadataOnly, "");
  return call;
}

Call lines_call(const core::ResourceType& type, const LinesOptions& options) {
  Target target(collection_path(type, options.selection.ns));
  select(target, options.selection).add("format", options.format);
  Call call = read(type, "list", std::move(target), describe_all(type, options.selection));
  call.request.accept = "*/*";
  return call;
}

Call create_call(const core::ResourceType& type, const std::string& ns, std::string body,
                 std::string_view field_manager) {
  Target target(collection_path(type, ns));
  target.add("fieldManager", field_manager);
  Call call = write(type, "create", with_body("POST", std::move(target), kJson, std::move(body)),
                    describe_all(type, {.ns = ns, .label_selector = {}, .field_selector = {}}));
  call.repeatable = false;
  return call;
}

Call apply_call(const core::ResourceType& type, const core::ObjectKey& key, std::string body,
                const ApplyOptions& options, std::string_view field_manager) {
  Target target(object_path(type, key, options.subresource));
  target.add("fieldManager", field_manager).add("force", options.force ? "true" : "false");
  if (options.dry_run) target.add("dryRun", "All");
  // JSON is YAML; the server knows no apply in another content type (1.30).
  Call call =
      write(type, "patch", with_body("PATCH", std::move(target), "application/apply-patch+yaml", std::move(body)),
            core::describe(type, key));
  call.resource = resource_label(type, options.subresource);
  call.write = !options.dry_run;
  return call;
}

Call merge_patch_call(const core::ResourceType& type, const core::ObjectKey& key, std::string body,
                      std::string_view field_manager) {
  Target target(object_path(type, key));
  target.add("fieldManager", field_manager);
  return write(type, "patch", with_body("PATCH", std::move(target), "application/merge-patch+json", std::move(body)),
               core::describe(type, key));
}

Call replace_call(const core::ResourceType& type, const core::ObjectKey& key, std::string body,
                  std::string_view field_manager) {
  Target target(object_path(type, key));
  target.add("fieldManager", field_manager);
  return write(type, "update", with_body("PUT", std::move(target), kJson, std::move(body)), core::describe(type, key));
}

Call delete_call(const core::ResourceType& type, const core::ObjectKey& key, const DeletePreconditions& preconditions) {
  nlohmann::json wanted = nlohmann::json::object();
  if (!preconditions.uid.empty()) wanted["uid"] = preconditions.uid;
  if (!preconditions.resource_version.empty()) wanted["resourceVersion"] = preconditions.resource_version;
  nlohmann::json options{{"apiVersion", "v1"}, {"kind", "DeleteOptions"}, {"propagationPolicy", "Background"}};
  const bool conditional = !wanted.empty();
  if (conditional) options["preconditions"] = std::move(wanted);
  Call call = write(type, "delete", with_body("DELETE", Target(object_path(type, key)), kJson, options.dump()),
                    core::describe(type, key));
  call.repeatable = conditional;
  return call;
}

Call as_dry_run(Call call) {
  if (!call.write) return call;
  std::string& target = call.request.target;
  target += target.find('?') == std::string::npos ? "?dryRun=All" : "&dryRun=All";
  call.write = false;
  return call;
}

Call discovery_call(const core::ResourceType& type) {
  return read(type, "get", Target(group_path(type)), type.api_version());
}

Call token_review_call(std::string_view token, const std::vector<std::string>& audiences) {
  nlohmann::json spec{{"token", token}};
  if (!audiences.empty()) spec["audiences"] = audiences;
  return review("/apis/authentication.k8s.io/v1/tokenreviews",
                {{"apiVersion", "authentication.k8s.io/v1"}, {"kind", "TokenReview"}, {"spec", std::move(spec)}},
                "tokenreviews.authentication.k8s.io");
}

Call access_review_call(const AccessQuestion& question) {
  const nlohmann::json attributes{{"verb", question.verb},
                                  {"group", question.group},
                                  {"resource", question.resource},
                                  {"namespace", question.ns},
                                  {"name", question.name}};
  nlohmann::json spec{{"user", question.user}, {"groups", question.groups}, {"resourceAttributes", attributes}};
  if (!question.uid.empty()) spec["uid"] = question.uid;
  if (!question.extra.empty()) spec["extra"] = question.extra;
  return review("/apis/authorization.k8s.io/v1/subjectaccessreviews",
                {{"apiVersion", "authorization.k8s.io/v1"}, {"kind", "SubjectAccessReview"}, {"spec", std::move(spec)}},
                "subjectaccessreviews.authorization.k8s.io");
}

}  // namespace guildhall::kube
