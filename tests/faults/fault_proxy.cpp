#include <utility>  // Boost 1.74's awaitable.hpp needs std::exchange and does not say so

#include "tests/faults/fault_proxy.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <fstream>
#include <map>
#include <optional>
#include <regex>
#include <stdexcept>
#include <thread>

#include "tests/faults/fault_reply.hpp"
#include "tests/faults/stream_fault.hpp"

namespace guildhall::tests::faults {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;
using Query = bhttp::request<bhttp::string_body>;
using Stream = ssl::stream<tcp::socket>;

namespace {

/// Beast 1.74 takes "no limit" for a limit of 0.
constexpr std::uint64_t kLongestBody = 1UL << 30U;

/// What all connections share; but for the first two only the proxy's one thread touches it.
struct Shared {
  RuleBook rules;
  WriteLog writes;
  tcp::endpoint server;
  ssl::context front{ssl::context::tls_server};
  ssl::context back{ssl::context::tls_client};
  std::map<std::string, std::string> recordings;  ///< by verb and path
};

auto into(error_code& error) {
  return asio::redirect_error(asio::use_awaitable, error);
}

std::string recording_key(const Request& request) {
  return fmt::format("{} {}", request.verb, path_of(request));
}

/// One connection of a client, and the one to the API server that goes with it.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, Shared& shared) : shared_(shared), client_(std::move(socket), shared.front) {}

  asio::awaitable<void> serve() {
    error_code error;
    co_await client_.async_handshake(ssl::stream_base::server, into(error));
    bool goes_on = !error;
    while (goes_on)
      goes_on = co_await exchange();
    close(client_);
    if (server_) close(*server_);
  }

 private:
  asio::awaitable<bool> exchange();
  asio::awaitable<bool> befall(const Rule& rule, const Request& request);
  asio::awaitable<bool> pass(const Query& query, const Request& request, std::optional<Fault> fault);
  asio::awaitable<bool> pass_stream(const Query& query, const Request& request, std::optional<Fault> fault);
  asio::awaitable<bool> relay(bhttp::response_parser<bhttp::string_body>& parser, StreamFault& lines,
                              const std::string& recording);
  asio::awaitable<bool> replay(const Request& request);
  asio::awaitable<bool> send(const Reply& reply);
  asio::awaitable<bool> write(std::string_view bytes);
  asio::awaitable<bool> connect();
  asio::awaitable<bool> forward(const Query& query);
  asio::awaitable<void> until_cleared();
  /// Reads until the client goes; nothing is expected from it.
  asio::awaitable<void> until_client_goes();
  void end_with_client();
  static void close(Stream& stream) {
    error_code ignored;
    stream.next_layer().close(ignored);
  }

  Shared& shared_;
  Stream client_;
  std::optional<Stream> server_;
  beast::flat_buffer from_client_;
  beast::flat_buffer from_server_;
};

/// True: the connection goes on.
asio::awaitable<bool> Session::exchange() {
  error_code error;
  bhttp::request_parser<bhttp::string_body> parser;
  parser.body_limit(kLongestBody);
  co_await bhttp::async_read(client_, from_client_, parser, into(error));
  if (error) co_return false;
  const Query query = parser.release();
  const Request request = describe_request(std::string(query.method_string()), std::string(query.target()));
  if (is_write(request) && shared_.writes.killed()) co_return false;
  const auto rule = shared_.rules.judge(request);
  if (rule && rule->fault == Fault::Late) co_await until_cleared();
  const bool reaches_server = !rule || rule->fault == Fault::Late || rule->fault == Fault::DropAnswer ||
                              rule->fault == Fault::Record || rule->fault == Fault::CutList ||
                              rule->fault == Fault::CutLine || rule->fault == Fault::FallSilent;
  if (!reaches_server) co_return co_await befall(*rule, request);
  const auto fault = rule ? std::optional(rule->fault) : std::nullopt;
  if (request.verb == "watch") co_return co_await pass_stream(query, request, fault);
  co_return co_await pass(query, request, fault);
}

/// The faults that the API server never hears of.
asio::awaitable<bool> Session::befall(const Rule& rule, const Request& request) {
  if (rule.fault == Fault::Answer) {
    const Reply reply = reply_of(rule);
    co_return co_await send(reply);
  }
  if (rule.fault == Fault::Stale) co_return co_await replay(request);
  if (rule.fault == Fault::Hold) co_await until_client_goes();
  if (rule.fault == Fault::GoneEvent) {
    const std::string stream = gone_stream();
    co_await write(stream);
  }
  co_return false;
}

asio::awaitable<bool> Session::pass(const Query& query, const Request& request, std::optional<Fault> fault) {
  const bool forwarded = co_await forward(query);
  if (!forwarded) co_return false;
  error_code error;
  bhttp::response_parser<bhttp::string_body> parser;
  parser.body_limit(kLongestBody);
  co_await bhttp::async_read(*server_, from_server_, parser, into(error));
  if (error) co_return false;
  Reply reply = parser.release();
  shared_.writes.add(request, reply.result_int());
  if (fault == Fault::DropAnswer) co_return false;
  if (fault == Fault::Record) shared_.recordings[recording_key(request)] = reply.body();
  const bool kept = reply.keep_alive();
  const bool sent = co_await send(reply);
  co_return sent&& kept;
}

asio::awaitable<bool> Session::pass_stream(const Query& query, const Request& request, std::optional<Fault> fault) {
  const bool forwarded = co_await forward(query);
  if (!forwarded) co_return false;
  error_code error;
  bhttp::response_parser<bhttp::string_body> parser;
  parser.body_limit(kLongestBody);
  co_await bhttp::async_read_header(*server_, from_server_, parser, into(error));
  if (error) co_return false;
  if (parser.get().result() != bhttp::status::ok) {
    co_await bhttp::async_read(*server_, from_server_, parser, into(error));
    if (error) co_return false;
    const Reply refusal = parser.release();
    co_return co_await send(refusal);
  }
  const bool opened = co_await write(kStreamHead);
  if (!opened) co_return false;
  end_with_client();
  StreamFault lines(fault, request);
  const std::string recording = fault == Fault::Record ? recording_key(request) : "";
  const bool whole = co_await relay(parser, lines, recording);
  if (whole) co_await write(kStreamEnd);
  co_return false;
}

/// False: it was cut. The initial events are kept as `recording` unless that is empty.
asio::awaitable<bool> Session::relay(bhttp::response_parser<bhttp::string_body>& parser, StreamFault& lines,
                                     const std::string& recording) {
  bool silent = false;
  while (!parser.is_done()) {
    error_code error;
    co_await bhttp::async_read_some(*server_, from_server_, parser, into(error));
    if (error) co_return false;
    const std::string bytes = std::exchange(parser.get().body(), {});
    if (silent || bytes.empty()) continue;
    const auto step = lines.take(bytes);
    if (!recording.empty() && lines.initial_events()) shared_.recordings[recording] = *lines.initial_events();
    const std::string passed = step.pass.empty() ? "" : chunk(step.pass);
    const bool written = co_await write(passed);
    if (!written) co_return false;
    if (step.then == StreamFault::Then::Cut) co_return false;
    silent = step.then == StreamFault::Then::StaySilent;
  }
  co_return !silent;
}

asio::awaitable<bool> Session::replay(const Request& request) {
  const auto found = shared_.recordings.find(recording_key(request));
  if (found == shared_.recordings.end()) co_return false;
  if (request.verb == "watch") {
    const std::string stream = whole_stream(found->second);
    co_await write(stream);
    co_return false;
  }
  const Reply reply = json_reply(200, found->second);
  co_return co_await send(reply);
}

asio::awaitable<bool> Session::send(const Reply& reply) {
  error_code error;
  co_await bhttp::async_write(client_, reply, into(error));
  co_return !error;
}

asio::awaitable<bool> Session::write(std::string_view bytes) {
  error_code error;
  co_await asio::async_write(client_, asio::buffer(bytes), into(error));
  co_return !error;
}

asio::awaitable<bool> Session::connect() {
  error_code error;
  server_.emplace(client_.get_executor(), shared_.back);
  co_await server_->next_layer().async_connect(shared_.server, into(error));
  if (error) co_return false;
  server_->next_layer().set_option(tcp::no_delay(true), error);
  co_await server_->async_handshake(ssl::stream_base::client, into(error));
  co_return !error;
}

asio::awaitable<bool> Session::forward(const Query& query) {
  bool connected = server_.has_value();
  if (!connected) connected = co_await connect();
  if (!connected) co_return false;
  error_code error;
  co_await bhttp::async_write(*server_, query, into(error));
  co_return !error;
}

asio::awaitable<void> Session::until_cleared() {
  const unsigned before = shared_.rules.clears();
  asio::steady_timer timer(client_.get_executor());
  while (shared_.rules.clears() == before) {
    error_code error;
    timer.expires_after(std::chrono::milliseconds(10));
    co_await timer.async_wait(into(error));
  }
}

asio::awaitable<void> Session::until_client_goes() {
  error_code error;
  std::array<char, 64> bytes{};
  while (!error)
    co_await client_.async_read_some(asio::buffer(bytes), into(error));
}

/// A watch is mostly silence: without this its connection to the API server would outlive a client that was killed.
void Session::end_with_client() {
  const auto watch_client = [](std::shared_ptr<Session> self) -> asio::awaitable<void> {
    co_await self->until_client_goes();
    close(*self->server_);
  };
  asio::co_spawn(client_.get_executor(), watch_client(shared_from_this()), asio::detached);
}

asio::awaitable<void> serve(std::shared_ptr<Session> session) {
  co_await session->serve();
}

asio::awaitable<void> accept(tcp::acceptor& acceptor, Shared& shared) {
  while (acceptor.is_open()) {
    error_code error;
    tcp::socket socket = co_await acceptor.async_accept(into(error));
    if (error) continue;
    socket.set_option(tcp::no_delay(true), error);
    asio::co_spawn(acceptor.get_executor(), serve(std::make_shared<Session>(std::move(socket), shared)),
                   asio::detached);
  }
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  return {std::istreambuf_iterator<char>(stream), {}};
}

const std::regex& server_line() {
  static const std::regex server(R"re(server: "https://127\.0\.0\.1:(\d+)")re");
  return server;
}

std::uint16_t server_port(const std::string& kubeconfig) {
  std::smatch match;
  if (!std::regex_search(kubeconfig, match, server_line())) throw std::runtime_error("no server in the kubeconfig");
  return static_cast<std::uint16_t>(std::stoi(match[1]));
}

}  // namespace

/// Its end closes every socket: the connections' coroutines live in the context.
struct FaultProxy::Inner {
  struct Listening {
    asio::io_context context{1};
    tcp::acceptor acceptor{context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
    std::jthread thread;
  };

  Shared shared;
  std::unique_ptr<Listening> listening = std::make_unique<Listening>();
  std::uint16_t port = listening->acceptor.local_endpoint().port();
};

FaultProxy::FaultProxy(const cluster::ControlPlane& control_plane) : inner_(std::make_unique<Inner>()) {
  auto& shared = inner_->shared;
  const auto pki = control_plane.directory() / "pki";
  shared.server = {asio::ip::address_v4::loopback(), server_port(text_of(control_plane.kubeconfig()))};
  shared.front.use_certificate_chain_file((pki / "apiserver.crt").string());
  shared.front.use_private_key_file((pki / "apiserver.key").string(), ssl::context::pem);
  shared.back.load_verify_file((pki / "ca.crt").string());
  shared.back.set_verify_mode(ssl::verify_peer);
  auto& [context, acceptor, thread] = *inner_->listening;
  asio::co_spawn(context, accept(acceptor, shared), asio::detached);
  thread = std::jthread([&context] { context.run(); });
}

FaultProxy::~FaultProxy() {
  stop();
}

std::filesystem::path FaultProxy::lead_through(const std::filesystem::path& kubeconfig) const {
  auto path = kubeconfig;
  path.replace_extension("faults-" + std::to_string(inner_->port) + ".kubeconfig");
  std::ofstream(path) << std::regex_replace(text_of(kubeconfig), server_line(),
                                            fmt::format("server: \"https://127.0.0.1:{}\"", inner_->port));
  return path;
}

RuleBook& FaultProxy::rules() {
  return inner_->shared.rules;
}

WriteLog& FaultProxy::writes() {
  return inner_->shared.writes;
}

void FaultProxy::stop() {
  if (!inner_->listening) return;
  inner_->listening->context.stop();
  inner_->listening->thread.join();
  inner_->listening.reset();
}

}  // namespace guildhall::tests::faults
