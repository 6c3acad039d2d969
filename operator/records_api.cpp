#include "operator/records_api.hpp"

#include <array>
#include <cstdint>
#include <cstring>

#include "operator/auditing.hpp"
#include "operator/core/audit_action.hpp"
#include "operator/crypto/digest.hpp"
#include "operator/gate/use_counter.hpp"
#include "operator/kube/retry.hpp"
#include "operator/records/routes.hpp"

namespace guildhall {

namespace {

/// An access review is asked while a user waits.
kube::ClientOptions client_options() {
  kube::ClientOptions client;
  client.timeout = std::chrono::seconds{5};
  client.longest_wait = std::chrono::seconds{1};
  client.max_attempts = 2;
  client.counts_writes = false;
  return client;
}

std::vector<std::string> all_actions() {
  std::vector<std::string> names;
  for (const core::AuditAction& action : core::audit_actions())
    names.emplace_back(action.name);
  return names;
}

std::vector<std::string> reported_outcomes() {
  std::vector<std::string> words;
  for (const gate::Outcome outcome : gate::all_outcomes()) {
    if (gate::is_reported(outcome)) words.emplace_back(gate::to_string(outcome));
  }
  return words;
}

/// A stream of http, as the producers of the records write it.
class Sink final : public records::LineSink {
 public:
  explicit Sink(http::BodyWriter& body) : body_(body) {}

  bool write(std::string_view bytes) override { return body_.write(bytes); }
  bool wait(std::chrono::milliseconds duration) override {
    return body_.flush() && kube::pause(duration, body_.stop_token());
  }

 private:
  http::BodyWriter& body_;
};

http::Response streaming(http::Response head, records::Producer producer) {
  head.stream = [producer = std::move(producer)](http::BodyWriter& body) {
    Sink sink(body);
    return producer(sink).has_value();
  };
  return head;
}

records::Caller caller_of(const http::Request& request) {
  return {.common_name = request.client_common_name.value_or(""),
          .headers = records::Headers(request.fields.begin(), request.fields.end())};
}

}  // namespace

RecordsApi::RecordsApi(Surroundings surroundings)
    : at_(std::move(surroundings)),
      client_(at_.transport, client_options(), at_.metrics),
      source_(at_.store, at_.damaged) {}

bool RecordsApi::answers(std::string_view path) {
  for (const std::string_view prefix : {"/apis", "/openapi", "/healthz", "/livez", "/readyz"}) {
    if (path.starts_with(prefix)) return true;
  }
  return false;
}

core::Result<std::optional<core::AuditOrganization>> RecordsApi::organization_of(const std::string& ns) const {
  if (!at_.has_read_cluster())
    return core::fail(core::ErrorKind::Unavailable, "this replica has not read the cluster yet; try again");
  return audit_organization_of(at_.informers, {.type = api::member_type(), .key = {ns, "-"}, .uid = ""});
}

double RecordsApi::random() const {
  std::array<std::byte, sizeof(std::uint32_t)> bytes{};
  at_.random.fill(bytes);
  std::uint32_t value = 0;
  std::memcpy(&value, bytes.data(), bytes.size());
  return static_cast<double>(value) / 4294967296.0;
}

http::Handler RecordsApi::handler() {
  return records::make_routes(
      {.source = &source_,
       .organization_of = [this](const std::string& ns) { return organization_of(ns); },
       .front_proxy = [this]() -> std::optional<records::FrontProxy> {
         const auto standing = at_.informers.front_proxy.get({"kube-system", kFrontProxyConfigMap});
         return standing ? std::optional(*standing) : std::nullopt;
       },
       .caller_of = caller_of,
       .may = [this](const kube::AccessQuestion& question) { return client_.review_access(question, at_.stop); },
       .sign_up = at_.sign_up,
       .keep_uses = at_.keep_uses,
       .outcomes = reported_outcomes(),
       .actions = all_actions(),
       .clock = &at_.clock,
       .steady = [] { return std::chrono::steady_clock::now(); },
       .random = [this] { return random(); },
       .hash = crypto::sha256_hex,
       .count =
           [this](std::string_view resource, std::string_view verb, int code) {
             at_.metrics.count(
                 "guildhall_records_requests_total",
                 {{"resource", std::string(resource)}, {"verb", std::string(verb)}, {"code", std::to_string(code)}}, 1);
           },
       .stream = streaming});
}

}  // namespace guildhall
