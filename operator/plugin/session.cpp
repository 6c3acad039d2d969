#include "operator/plugin/session.hpp"

#include <algorithm>
#include <utility>

#include "operator/api/member.hpp"
#include "operator/kube/cpprest_transport.hpp"
#include "operator/plugin/changes.hpp"
#include "operator/plugin/explain.hpp"

namespace guildhall::plugin {

namespace {

using core::ErrorKind;
using nlohmann::json;

constexpr std::chrono::seconds kLongestWaitForThrottling{10};
const core::ResourceType kSelfReview{"authentication.k8s.io", "v1", "selfsubjectreviews", "SelfSubjectReview", false};
const core::ResourceType kAccessReview{"authorization.k8s.io", "v1", "selfsubjectaccessreviews",
                                       "SelfSubjectAccessReview", false};

/// Nothing was said about a cluster, anywhere.
bool is_unconfigured(const Connection& connection, const core::Error& error) {
  return error.kind == ErrorKind::NotFound && connection.kubeconfig.empty() && connection.context.empty();
}

std::string first_of(const std::string& a, const std::string& b, const std::string& c) {
  if (!a.empty()) return a;
  return b.empty() ? c : b;
}

kube::ClientOptions client_options(const Connection& connection, bool dry_run) {
  kube::ClientOptions options;
  options.field_manager = "kubectl-guildhall";
  options.dry_run = dry_run;
  options.timeout = connection.request_timeout;
  options.longest_wait = kLongestWaitForThrottling;
  return options;
}

/// Items of a list may lack what says what they are.
json whole(json item, const core::ResourceType& type) {
  item["apiVersion"] = type.api_version();
  item["kind"] = type.kind;
  return item;
}

}  // namespace

kube::ConfigRequest config_request(const Connection& connection) {
  const auto home = kube::process_environment("HOME");
  return {.kubeconfig = connection.kubeconfig,
          .choice = {.context = connection.context, .cluster = connection.cluster, .user = connection.user},
          .home_kubeconfig = home && !home->empty() ? *home + "/.kube/config" : std::string()};
}

std::expected<std::unique_ptr<Session>, std::string> Session::open(const Connection& connection, bool dry_run) {
  auto config = kube::load_config(config_request(connection));
  if (!config && is_unconfigured(connection, config.error())) return std::unexpected(no_configuration());
  if (!config) return std::unexpected(explain_no_cluster(config.error()));
  if (!connection.as.empty()) config->impersonation = {.user = connection.as, .group = connection.as_group};
  const std::string ns = first_of(connection.ns, config->ns, "default");
  auto transport = kube::make_cpprest_transport(std::move(*config), {.threads = 2, .sources = {}});
  if (!transport) return std::unexpected(explain(transport.error(), ns));
  return std::make_unique<Session>(std::move(*transport), client_options(connection, dry_run), ns);
}

core::Result<std::vector<json>> Session::list(const core::ResourceType& type, const std::string& ns) {
  auto listed = list_first(type, {.ns = ns, .label_selector = {}, .field_selector = {}}, 0);
  if (!listed) return std::unexpected(std::move(listed.error()));
  return std::move(listed->objects);
}

core::Result<Listed> Session::list_first(const core::ResourceType& type, const kube::Selection& selection,
                                         std::int64_t most, const std::stop_token& stop) {
  Listed listed;
  kube::ListOptions options;
  options.selection = selection;
  const int longest_page = options.limit;
  do {
    const auto left = most - static_cast<std::int64_t>(listed.objects.size());
    if (most > 0) options.limit = static_cast<int>(std::min<std::int64_t>(left, longest_page));
    auto page = client_.list(type, options, stop);
    if (!page) return std::unexpected(std::move(page.error()));
    for (auto& item : page->items)
      listed.objects.push_back(whole(std::move(item), type));
    if (listed.resource_version.empty()) listed.resource_version = page->resource_version;
    options.continue_token = page->continue_token;
    listed.more = !options.continue_token.empty();
  } while (listed.more && (most == 0 || std::cmp_less(listed.objects.size(), most)));
  return listed;
}

core::Result<json> Session::find_member(const std::string& target) {
  if (target.find('@') == std::string::npos) return client_.get(api::member_type(), {ns_, target});
  const auto members = list(api::member_type(), ns_);
  if (!members) return std::unexpected(members.error());
  return choose_member(*members, target, ns_);
}

core::Result<Caller> Session::who_am_i() {
  const auto review =
      client_.create(kSelfReview, "", {{"apiVersion", kSelfReview.api_version()}, {"kind", kSelfReview.kind}});
  if (!review) return std::unexpected(review.error());
  return parse_caller(*review);
}

core::Result<bool> Session::may(const Question& question) {
  const auto review = client_.create(kAccessReview, "", access_review(question));
  if (!review) return std::unexpected(review.error());
  return is_allowed(*review);
}

bool Session::lacks_resource(const Question& question) {
  if (!names_core_resource(question)) return false;
  const auto served = client_.serves({"", "v1", question.resource, question.resource, false});
  return served && !*served;
}

core::Result<json> Session::get_if_allowed(const core::ResourceType& type, const core::ObjectKey& key) {
  auto object = client_.get(type, key);
  if (!object && is_kept_from_us(object.error())) return json();
  return object;
}

bool is_kept_from_us(const core::Error& error) {
  return error.kind == ErrorKind::Forbidden || error.kind == ErrorKind::NotFound;
}

}  // namespace guildhall::plugin
