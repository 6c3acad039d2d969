#include "operator/kube/client.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "operator/kube/exchange.hpp"
#include "operator/kube/object_json.hpp"
#include "operator/kube/request.hpp"
#include "operator/kube/watch_event.hpp"

namespace guildhall::kube {

struct Client::Inner {
  Exchange exchange;

  core::Result<nlohmann::json> object_of(Call call, const std::stop_token& stop) {
    auto answer = send(std::move(call), stop);
    if (!answer) return std::unexpected(std::move(answer.error()));
    return parse_object(answer->body);
  }

  core::Result<HttpResponse> send(Call call, const std::stop_token& stop) {
    if (!has_names_only(call.request.target)) {
      return core::fail(core::ErrorKind::Invalid,
                        "a name or namespace must not be empty, '.' or '..', nor hold '/' or '%'", call.object);
    }
    call.request.timeout = exchange.options().timeout;
    return exchange.send(exchange.options().dry_run ? as_dry_run(std::move(call)) : call, stop);
  }

  [[nodiscard]] const std::string& manager() const { return exchange.options().field_manager; }
};

Client::Client(std::shared_ptr<HttpTransport> transport, ClientOptions options, core::Metrics& metrics)
    : inner_(new Inner{Exchange(std::move(transport), std::move(options), metrics)}) {}

Client::~Client() = default;

core::Result<nlohmann::json> Client::get(const core::ResourceType& type, const core::ObjectKey& key,
                                         const std::stop_token& stop) {
  return inner_->object_of(get_call(type, key), stop);
}

core::Result<ListPage> Client::list(const core::ResourceType& type, const ListOptions& options,
                                    const std::stop_token& stop) {
  auto answer = inner_->send(list_call(type, options), stop);
  if (!answer) return std::unexpected(std::move(answer.error()));
  return parse_list(answer->body);
}

core::Result<void> Client::watch(const core::ResourceType& type, const WatchOptions& options,
                                 const WatchHandler& handler, const std::stop_token& stop) {
  Call call = watch_call(type, options);
  call.request.timeout = inner_->exchange.options().timeout;
  call.request.on_open = options.on_open;
  core::Result<void> events;
  const auto on_line = [&](std::string_view line) {
    if (line.empty()) return true;
    auto event = parse_watch_line(line);
    if (event) return handler(std::move(*event));
    event.error().object = call.object;
    events = std::unexpected(std::move(event.error()));
    return false;
  };
  auto ended = inner_->exchange.stream(call, options.silence, on_line, stop);
  return ended ? std::move(events) : std::move(ended);
}

core::Result<void> Client::read_lines(const core::ResourceType& type, const LinesOptions& options,
                                      const LineHandler& on_line, const std::stop_token& stop) {
  Call call = lines_call(type, options);
  call.request.timeout = inner_->exchange.options().timeout;
  return inner_->exchange.stream(call, options.silence, on_line, stop);
}

core::Result<nlohmann::json> Client::create(const core::ResourceType& type, const std::string& ns,
                                            const nlohmann::json& object, const std::stop_token& stop) {
  auto body = dump_object(object);
  if (!body) return std::unexpected(std::move(body.error()));
  return inner_->object_of(create_call(type, ns, std::move(*body), inner_->manager()), stop);
}

core::Result<nlohmann::json> Client::apply(const core::ResourceType& type, const core::ObjectKey& key,
                                           const nlohmann::json& object, const ApplyOptions& options,
                                           const std::stop_token& stop) {
  auto body = dump_object(object);
  if (!body) return std::unexpected(std::move(body.error()));
  return inner_->object_of(apply_call(type, key, std::move(*body), options, inner_->manager()), stop);
}

core::Result<nlohmann::json> Client::merge_patch(const core::ResourceType& type, const core::ObjectKey& key,
                                                 const nlohmann::json& patch, const std::stop_token& stop) {
  auto body = dump_object(patch);
  if (!body) return std::unexpected(std::move(body.error()));
  return inner_->object_of(merge_patch_call(type, key, std::move(*body), inner_->manager()), stop);
}

core::Result<nlohmann::json> Client::replace(const core::ResourceType& type, const core::ObjectKey& key,
                                             const nlohmann::json& object, const std::stop_token& stop) {
  auto body = dump_object(object);
  if (!body) return std::unexpected(std::move(body.error()));
  return inner_->object_of(replace_call(type, key, std::move(*body), inner_->manager()), stop);
}

core::Result<void> Client::remove(const core::ResourceType& type, const core::ObjectKey& key,
                                  const DeletePreconditions& preconditions, const std::stop_token& stop) {
  auto answer = inner_->send(delete_call(type, key, preconditions), stop);
  if (!answer) return std::unexpected(std::move(answer.error()));
  return {};
}

core::Result<bool> Client::serves(const core::ResourceType& type, const std::stop_token& stop) {
  const auto served = inner_->object_of(discovery_call(type), stop);
  if (!served && served.error().kind == core::ErrorKind::NotFound) return false;
  if (!served) return std::unexpected(served.error());
  const auto resources = served->find("resources");
  if (resources == served->end() || !resources->is_array()) return false;
  return std::ranges::any_of(*resources, [&](const nlohmann::json& resource) {
    return resource.is_object() && resource.contains("name") && resource.at("name") == type.plural;
  });
}

core::Result<TokenReviewResult> Client::review_token(std::string_view token, const std::vector<std::string>& audiences,
                                                     const std::stop_token& stop) {
  const auto review = inner_->object_of(token_review_call(token, audiences), stop);
  if (!review) return std::unexpected(review.error());
  return read_token_review(*review);
}

core::Result<bool> Client::review_access(const AccessQuestion& question, const std::stop_token& stop) {
  const auto review = inner_->object_of(access_review_call(question), stop);
  if (!review) return std::unexpected(review.error());
  return read_access_review(*review);
}

}  // namespace guildhall::kube
