#include "operator/kube/prompt_transport.hpp"

#include <fmt/format.h>

#include <mutex>
#include <utility>

#include "operator/kube/idle_connections.hpp"
#include "operator/kube/request_text.hpp"
#include "operator/kube/server_address.hpp"

namespace guildhall::kube {

namespace {

using core::ErrorKind;
using SteadyClock = std::chrono::steady_clock;

class PromptTransport final : public HttpTransport {
 public:
  PromptTransport(std::shared_ptr<Credentials> credentials, std::shared_ptr<HttpTransport> other, ServerAddress server)
      : credentials_(std::move(credentials)), other_(std::move(other)), server_(std::move(server)) {}

  core::Result<HttpResponse> send(const HttpRequest& request, const std::stop_token& stop) override;
  core::Result<HttpResponse> stream(const HttpRequest& request, std::chrono::milliseconds silence,
                                    const LineHandler& on_line, const std::stop_token& stop) override {
    return other_->stream(request, silence, on_line, stop);
  }
  [[nodiscard]] std::string host() const override { return host_header_of(server_); }

 private:
  using Tls = std::shared_ptr<const TlsClient>;

  /// A request on its way.
  struct Outgoing {
    std::string_view text;
    bool repeatable;  ///< may be put on the wire a second time, when a kept connection was closed
    std::uint64_t generation;
    const TlsClient* tls;
    Patience patience;
  };

  core::Result<HttpResponse> send_as(const Identity& identity, const HttpRequest& request, const std::stop_token& stop);
  core::Result<HttpResponse> exchange(const Outgoing& outgoing);
  KeptConnection::Exchanged exchange_on(std::unique_ptr<KeptConnection> connection, const Outgoing& outgoing);
  core::Result<Tls> tls_for(const Identity& identity);
  [[nodiscard]] RequestFrame frame() const;

  std::shared_ptr<Credentials> credentials_;
  std::shared_ptr<HttpTransport> other_;
  ServerAddress server_;
  IdleConnections idle_{SteadyClock::now};
  std::mutex mutex_;
  Tls tls_;
  std::uint64_t tls_generation_ = 0;
};

RequestFrame PromptTransport::frame() const {
  const ClusterConfig& config = credentials_->config();
  return {.host = config.tls_server_name.empty() ? host() : config.tls_server_name,
          .path = server_.path,
          .impersonation = &config.impersonation};
}

core::Result<HttpResponse> PromptTransport::send(const HttpRequest& request, const std::stop_token& stop) {
  const auto identity = credentials_->current(stop);
  if (!identity) return std::unexpected(identity.error());
  auto response = send_as(**identity, request, stop);
  if (response && response->status == 401) response->credentials_renewed = credentials_->renew(*identity, stop);
  return response;
}

core::Result<HttpResponse> PromptTransport::send_as(const Identity& identity, const HttpRequest& request,
                                                    const std::stop_token& stop) {
  const auto deadline = SteadyClock::now() + request.timeout;
  const auto text = request_text(request, frame(), identity);
  if (!text) return std::unexpected(text.error());
  const auto tls = tls_for(identity);
  if (!tls) return std::unexpected(tls.error());
  auto response = exchange({.text = text->reveal(),
                            .repeatable = request.content_type.empty(),
                            .generation = identity.tls_generation,
                            .tls = tls->get(),
                            .patience = {.deadline = deadline, .stop = &stop}});
  if (!response && response.error().kind != ErrorKind::Canceled)
    response.error().message = fmt::format("API server {}: {}", host(), response.error().message);
  return response;
}

core::Result<HttpResponse> PromptTransport::exchange(const Outgoing& outgoing) {
  if (auto kept = idle_.take(outgoing.generation)) {
    auto done = exchange_on(std::move(kept), outgoing);
    if (!done.lost_unanswered || !outgoing.repeatable) return std::move(done.answer);
  }
  auto fresh =
      KeptConnection::open({.address = server_.host, .port = server_.port, .tls = outgoing.tls}, outgoing.patience);
  if (!fresh) return std::unexpected(std::move(fresh.error()));
  return exchange_on(std::move(*fresh), outgoing).answer;
}

KeptConnection::Exchanged PromptTransport::exchange_on(std::unique_ptr<KeptConnection> connection,
                                                       const Outgoing& outgoing) {
  auto done = connection->exchange(outgoing.text, outgoing.patience);
  if (done.reusable) idle_.keep(std::move(connection), outgoing.generation);
  return done;
}

/// One for all connections of the same certificates. Null: the server is asked without TLS.
core::Result<PromptTransport::Tls> PromptTransport::tls_for(const Identity& identity) {
  if (!server_.tls) return nullptr;
  const std::scoped_lock lock(mutex_);
  if (tls_ && tls_generation_ == identity.tls_generation) return tls_;
  const ClusterConfig& config = credentials_->config();
  auto made = TlsClient::make({.identity = &identity, .insecure = config.insecure},
                              config.tls_server_name.empty() ? server_.host : config.tls_server_name);
  if (!made) return std::unexpected(std::move(made.error()));
  tls_ = std::move(*made);
  tls_generation_ = identity.tls_generation;
  return tls_;
}

}  // namespace

std::shared_ptr<HttpTransport> make_prompt_transport(std::shared_ptr<Credentials> credentials,
                                                     std::shared_ptr<HttpTransport> other) {
  auto server = parse_server_address(credentials->config().server);
  if (!server || !is_ip_address(server->host)) return other;
  return std::make_shared<PromptTransport>(std::move(credentials), std::move(other), std::move(*server));
}

}  // namespace guildhall::kube
