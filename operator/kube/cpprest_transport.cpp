// The only file that includes cpprestsdk. Nothing that it throws leaves this file. Traps, found in its source
// (http_client_asio.cpp of 2.10.18):
//  - a request whose body can be rewound is sent again by the library when a kept connection turns out to be closed,
//    also a POST: bodies are given as streams that cannot seek;
//  - the name in TLS (SNI and verification) is the request's Host header if it has one: that is how tls-server-name
//    works;
//  - its timeout counts from the last byte, and is 30 s unless set: ours are kept by ResponseFlow, the library's is
//    only what frees sockets that nobody waits for;
//  - the system's authorities are trusted before the callback that may change it: see trust_only().
#include "operator/kube/cpprest_transport.hpp"

#include <cpprest/containerstream.h>
#include <cpprest/http_client.h>
#include <cpprest/producerconsumerstream.h>
#include <fmt/format.h>
#include <pplx/threadpool.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <mutex>
#include <utility>

#include "operator/kube/connection_failure.hpp"
#include "operator/kube/line_splitter.hpp"
#include "operator/kube/open_flows.hpp"
#include "operator/kube/response_flow.hpp"
#include "operator/kube/tls_context.hpp"

namespace guildhall::kube {

namespace {

using core::ErrorKind;
using web::http::client::http_client;
using web::http::client::http_client_config;
using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::minutes kAbandonedSocket{5};
/// For the library to take apart what was given up; it is over in a moment, unless a thread of it looks a name up.
constexpr std::chrono::seconds kTakingApart{1};
constexpr std::size_t kLongestLine = 16U << 20U;
constexpr std::size_t kLongestBody = 512U << 20U;

/// The write half of a stream buffer of cpprestsdk: hands the body's bytes to a ResponseFlow. All else that the
/// interface asks for is refused.
class FlowBuffer final : public Concurrency::streams::details::streambuf_state_manager<std::uint8_t> {
 public:
  explicit FlowBuffer(std::shared_ptr<ResponseFlow> flow)
      : streambuf_state_manager<std::uint8_t>(std::ios_base::out), flow_(std::move(flow)) {}

  bool can_seek() const override { return false; }
  bool has_size() const override { return false; }
  size_t in_avail() const override { return 0; }
  size_t buffer_size(std::ios_base::openmode /*direction*/) const override { return 0; }
  void set_buffer_size(size_t /*size*/, std::ios_base::openmode /*direction*/) override {}
  bool acquire(std::uint8_t*& /*data*/, size_t& /*count*/) override { return false; }
  void release(std::uint8_t* /*data*/, size_t /*count*/) override {}
  pos_type getpos(std::ios_base::openmode /*direction*/) const override { return traits::eof(); }
  pos_type seekpos(pos_type /*position*/, std::ios_base::openmode /*direction*/) override { return traits::eof(); }
  pos_type seekoff(off_type /*offset*/, std::ios_base::seekdir /*way*/, std::ios_base::openmode /*mode*/) override {
    return traits::eof();
  }

 protected:
  pplx::task<size_t> _putn(const std::uint8_t* bytes, size_t count) override {
    const pplx::task_completion_event<size_t> taken;
    flow_->put({reinterpret_cast<const char*>(bytes), count}, [taken, count] { taken.set(count); });
    return pplx::create_task(taken);
  }
  pplx::task<int_type> _putc(std::uint8_t byte) override {
    return _putn(&byte, 1).then([byte](size_t) { return static_cast<int_type>(byte); });
  }
  std::uint8_t* _alloc(size_t /*count*/) override { return nullptr; }
  void _commit(size_t /*count*/) override {}
  pplx::task<bool> _sync() override { return pplx::task_from_result(true); }
  pplx::task<int_type> _bumpc() override { return pplx::task_from_result(traits::eof()); }
  int_type _sbumpc() override { return traits::eof(); }
  pplx::task<int_type> _getc() override { return pplx::task_from_result(traits::eof()); }
  int_type _sgetc() override { return traits::eof(); }
  pplx::task<int_type> _nextc() override { return pplx::task_from_result(traits::eof()); }
  pplx::task<int_type> _ungetc() override { return pplx::task_from_result(traits::eof()); }
  pplx::task<size_t> _getn(std::uint8_t* /*data*/, size_t /*count*/) override {
    return pplx::task_from_result<size_t>(0);
  }
  size_t _scopy(std::uint8_t* /*data*/, size_t /*count*/) override { return 0; }

 private:
  std::shared_ptr<ResponseFlow> flow_;
};

/// A body that cannot be rewound.
concurrency::streams::istream single_use_body(const std::string& body) {
  concurrency::streams::producer_consumer_buffer<std::uint8_t> buffer;
  buffer.putn_nocopy(reinterpret_cast<const std::uint8_t*>(body.data()), body.size()).wait();
  buffer.close(std::ios_base::out).wait();
  return buffer.create_istream();
}

HttpResponse head_of(const web::http::http_response& response) {
  HttpResponse head;
  head.status = response.status_code();
  for (const auto& [name, value] : response.headers()) {
    std::string lower = name;
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    head.headers[std::move(lower)] = value;
  }
  return head;
}

/// What failed, in words for a person. cpprestsdk's texts name stages, never headers.
core::Error failure_of(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const web::http::http_exception& error) {
    return core::fail(ErrorKind::Unavailable, describe_connection_failure(error.what(), error.error_code().value()))
        .error();
  } catch (const std::exception& error) {
    return core::fail(ErrorKind::Unavailable, error.what()).error();
  }
}

/// Lets go of the exchange on every way out: the library closes its socket, and late bytes are thrown away.
class Hold {
 public:
  Hold(std::shared_ptr<ResponseFlow> flow, pplx::cancellation_token_source source)
      : flow_(std::move(flow)), source_(std::move(source)) {}
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;
  ~Hold() {
    flow_->abandon();
    if (!finished_) source_.cancel();
  }
  /// The answer has come in whole: the connection may be used again.
  void finish() { finished_ = true; }

 private:
  std::shared_ptr<ResponseFlow> flow_;
  pplx::cancellation_token_source source_;
  bool finished_ = false;
};

void start_threads(int threads) {
  static std::once_flag once;
  std::call_once(once, [threads] {
    keep_openssl_until_the_end();
    try {
      crossplat::threadpool::initialize_with_threads(static_cast<std::size_t>(std::max(threads, 1)));
    } catch (const std::exception& error) {
      spdlog::warn("cpprestsdk's threads had been started before: {}", error.what());
    }
  });
}

class CpprestTransport final : public HttpTransport {
 public:
  explicit CpprestTransport(std::shared_ptr<Credentials> credentials)
      : credentials_(std::move(credentials)), server_(credentials_->config().server) {}
  CpprestTransport(const CpprestTransport&) = delete;
  CpprestTransport& operator=(const CpprestTransport&) = delete;
  ~CpprestTransport() override { flows_.wait_until_none(SteadyClock::now() + kTakingApart); }

  /// Finds out at the start what would fail at every request.
  core::Result<void> check() {
    const Impersonation& other = credentials_->config().impersonation;
    // They become headers.
    if (std::ranges::any_of(other.user + other.group, [](unsigned char c) { return std::iscntrl(c) != 0; }))
      return core::fail(ErrorKind::Invalid, "who is impersonated holds a control character");
    const auto identity = credentials_->current({});
    if (!identity) return std::unexpected(identity.error());
    if (server_.scheme() == "http") {
      spdlog::warn("the API server's URL is not https: nothing is encrypted");
      return {};
    }
    if (credentials_->config().insecure)
      spdlog::warn("insecure-skip-tls-verify is set: anybody on the way can pose as the API server");
    return check_tls({.identity = identity->get(), .insecure = credentials_->config().insecure});
  }

  core::Result<HttpResponse> send(const HttpRequest& request, const std::stop_token& stop) override {
    return with_identity(stop, [&](const Identity& identity, const std::shared_ptr<http_client>& client) {
      return exchange(request, identity, *client, stop);
    });
  }

  core::Result<HttpResponse> stream(const HttpRequest& request, std::chrono::milliseconds silence,
                                    const LineHandler& on_line, const std::stop_token& stop) override {
    return with_identity(stop, [&](const Identity& identity, const std::shared_ptr<http_client>& client) {
      return read_lines(request, identity, *client, {silence, &on_line, &stop});
    });
  }

  [[nodiscard]] std::string host() const override {
    return fmt::format("{}:{}", server_.host(), server_.port() > 0 ? server_.port() : 443);
  }

 private:
  struct Reading {
    std::chrono::milliseconds silence;
    const LineHandler* on_line;
    const std::stop_token* stop;
  };

  template <class Do>
  core::Result<HttpResponse> with_identity(const std::stop_token& stop, Do act) {
    const auto identity = credentials_->current(stop);
    if (!identity) return std::unexpected(identity.error());
    const auto client = client_for(*identity);
    if (!client) return std::unexpected(client.error());
    auto response = act(**identity, *client);
    if (!response && response.error().kind != ErrorKind::Canceled)
      response.error().message = fmt::format("API server {}: {}", host(), response.error().message);
    if (response && response->status == 401) response->credentials_renewed = credentials_->renew(*identity, stop);
    return response;
  }

  /// One http_client, and so one pool of connections, per certificate.
  core::Result<std::shared_ptr<http_client>> client_for(const std::shared_ptr<const Identity>& identity) {
    const std::scoped_lock lock(mutex_);
    if (client_ && client_generation_ == identity->tls_generation) return client_;
    const TlsSettings settings{.identity = identity.get(), .insecure = credentials_->config().insecure};
    if (server_.scheme() == "https") {
      if (auto checked = check_tls(settings); !checked) return std::unexpected(std::move(checked.error()));
    }
    client_ = std::make_shared<http_client>(server_, configuration(identity));
    client_generation_ = identity->tls_generation;
    return client_;
  }

  [[nodiscard]] http_client_config configuration(const std::shared_ptr<const Identity>& identity) const {
    const bool insecure = credentials_->config().insecure;
    http_client_config config;
    config.set_timeout(kAbandonedSocket);
    config.set_max_redirects(0);
    config.set_validate_certificates(!insecure);
    // Called once per new connection.
    config.set_ssl_context_callback([identity, insecure](boost::asio::ssl::context& context) {
      const auto configured =
          configure_tls(context.native_handle(), {.identity = identity.get(), .insecure = insecure});
      if (!configured) throw std::runtime_error(configured.error().describe());
    });
    return config;
  }

  [[nodiscard]] web::http::http_request message_of(const HttpRequest& request, const Identity& identity) const {
    web::http::http_request message(request.method);
    message.set_request_uri(web::uri(request.target));
    auto& headers = message.headers();
    headers.add("Accept", request.accept);
    headers.add("User-Agent", "guildhall");
    const Impersonation& other = credentials_->config().impersonation;
    if (!other.user.empty()) headers.add("Impersonate-User", other.user);
    if (!other.group.empty()) headers.add("Impersonate-Group", other.group);
    if (!credentials_->config().tls_server_name.empty()) headers.add("Host", credentials_->config().tls_server_name);
    if (!identity.token.empty()) headers.add("Authorization", "Bearer " + std::string(identity.token.reveal()));
    if (!request.content_type.empty())
      message.set_body(single_use_body(request.body), request.body.size(), request.content_type);
    return message;
  }

  static void end(ResponseFlow& flow, const pplx::task<web::http::http_response>& done) {
    try {
      done.get();
      flow.end({});
    } catch (...) {
      flow.end(failure_of(std::current_exception()));
    }
  }

  /// Puts the request on its way; the flow gets what comes of it.
  core::Result<void> begin(const HttpRequest& request, const Identity& identity, http_client& client,
                           const std::shared_ptr<ResponseFlow>& flow, const pplx::cancellation_token& token) const {
    try {
      auto message = message_of(request, identity);
      const Concurrency::streams::streambuf<std::uint8_t> buffer(std::make_shared<FlowBuffer>(flow));
      message.set_response_stream(buffer.create_ostream());
      client.request(message, token)
          .then([flow](const web::http::http_response& response) {
            flow->set_head(head_of(response));
            return response.content_ready();
          })
          .then([flow](const pplx::task<web::http::http_response>& done) { end(*flow, done); });
      return {};
    } catch (const std::exception& error) {
      return core::fail(ErrorKind::Internal, fmt::format("the request cannot be sent: {}", error.what()));
    }
  }

  core::Result<HttpResponse> exchange(const HttpRequest& request, const Identity& identity, http_client& client,
                                      const std::stop_token& stop) {
    const auto deadline = SteadyClock::now() + request.timeout;
    const auto flow = flows_.make();
    const pplx::cancellation_token_source source;
    Hold hold(flow, source);
    if (auto begun = begin(request, identity, client, flow, source.get_token()); !begun)
      return std::unexpected(std::move(begun.error()));
    auto response = flow->take_head(deadline, stop);
    while (response) {
      auto bytes = flow->take_bytes(deadline, stop);
      if (!bytes) return std::unexpected(std::move(bytes.error()));
      if (bytes->empty()) break;
      response->body += *bytes;
      if (response->body.size() > kLongestBody) return core::fail(ErrorKind::Unavailable, "the answer is too long");
    }
    if (response) hold.finish();
    return response;
  }

  /// Of a stream; if it is none, whoever waits for it is told.
  static bool is_refusal(const HttpResponse& head, const HttpRequest& request) {
    const bool refused = head.status < 200 || head.status >= 300;
    if (!refused && request.on_open) request.on_open();
    return refused;
  }

  core::Result<HttpResponse> read_lines(const HttpRequest& request, const Identity& identity, http_client& client,
                                        const Reading& reading) {
    const auto flow = flows_.make();
    const pplx::cancellation_token_source source;
    const Hold hold(flow, source);
    if (auto begun = begin(request, identity, client, flow, source.get_token()); !begun)
      return std::unexpected(std::move(begun.error()));
    auto response = flow->take_head(SteadyClock::now() + request.timeout, *reading.stop);
    if (!response) return response;
    const bool refused = is_refusal(*response, request);
    LineSplitter splitter(kLongestLine);
    while (true) {
      auto bytes = flow->take_bytes(SteadyClock::now() + reading.silence, *reading.stop);
      if (!bytes) return std::unexpected(std::move(bytes.error()));
      if (bytes->empty()) break;
      if (refused) {
        response->body += bytes->substr(0, kLongestLine - std::min(kLongestLine, response->body.size()));
        continue;
      }
      const auto fed = splitter.feed(*bytes, *reading.on_line);
      if (!fed) return std::unexpected(fed.error());
      if (!*fed) return response;
    }
    if (splitter.in_line()) return core::fail(ErrorKind::Unavailable, "the stream ended in the middle of a line");
    return response;
  }

  std::shared_ptr<Credentials> credentials_;
  web::uri server_;
  OpenFlows flows_;
  std::mutex mutex_;
  std::shared_ptr<http_client> client_;
  std::uint64_t client_generation_ = 0;
};

}  // namespace

core::Result<std::shared_ptr<HttpTransport>> make_cpprest_transport(std::shared_ptr<Credentials> credentials,
                                                                    int threads) {
  try {
    start_threads(threads);
    auto transport = std::make_shared<CpprestTransport>(std::move(credentials));
    if (auto checked = transport->check(); !checked)
      return core::fail("the credentials cannot be used", checked.error());
    return transport;
  } catch (const std::exception& error) {
    return core::fail(ErrorKind::Invalid, fmt::format("the API server's URL cannot be read: {}", error.what()));
  }
}

core::Result<std::shared_ptr<HttpTransport>> make_cpprest_transport(ClusterConfig config, TransportOptions options) {
  return make_cpprest_transport(std::make_shared<Credentials>(std::move(config), std::move(options.sources)),
                                options.threads);
}

}  // namespace guildhall::kube
