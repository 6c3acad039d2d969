#include "tests/integration/crd_rules/api_connection.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/detail/base64.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <nlohmann/json.hpp>
#include <string_view>

#include "tests/integration/crd_rules/yaml_document.hpp"

namespace guildhall::tests::crd_rules {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace base64 = boost::beast::detail::base64;

std::string decoded(const nlohmann::json& value) {
  const auto text = value.get<std::string>();
  std::string bytes(base64::decoded_size(text.size()), '\0');
  bytes.resize(base64::decode(bytes.data(), text.data(), text.size()).first);
  return bytes;
}

struct Server {
  std::string host;
  std::string port;
};

// Of https://host:port.
Server server_of(const std::string& url) {
  constexpr std::string_view kScheme = "https://";
  const auto colon = url.rfind(':');
  return {url.substr(kScheme.size(), colon - kScheme.size()), url.substr(colon + 1)};
}

asio::ssl::context context_of(const nlohmann::json& cluster, const nlohmann::json& user) {
  asio::ssl::context context(asio::ssl::context::tls_client);
  const auto ca = decoded(cluster.at("certificate-authority-data"));
  const auto certificate = decoded(user.at("client-certificate-data"));
  const auto key = decoded(user.at("client-key-data"));
  context.set_verify_mode(asio::ssl::verify_peer);
  context.add_certificate_authority(asio::buffer(ca));
  context.use_certificate_chain(asio::buffer(certificate));
  context.use_private_key(asio::buffer(key), asio::ssl::context::pem);
  return context;
}

}  // namespace

struct ApiConnection::Stream {
  explicit Stream(const nlohmann::json& config)
      : server(server_of(config.at("clusters").at(0).at("cluster").at("server"))),
        tls(context_of(config.at("clusters").at(0).at("cluster"), config.at("users").at(0).at("user"))),
        socket(io, tls) {
    socket.set_verify_callback(asio::ssl::host_name_verification(server.host));
    asio::connect(socket.next_layer(), asio::ip::tcp::resolver(io).resolve(server.host, server.port));
    socket.next_layer().set_option(asio::ip::tcp::no_delay(true));
    socket.handshake(asio::ssl::stream_base::client);
  }

  Server server;
  asio::io_context io;
  asio::ssl::context tls;
  asio::ssl::stream<asio::ip::tcp::socket> socket;
  boost::beast::flat_buffer buffer;
};

ApiConnection::ApiConnection(const std::filesystem::path& kubeconfig)
    : stream_(std::make_unique<Stream>(read_yaml(kubeconfig))) {}

ApiConnection::~ApiConnection() = default;

Answer ApiConnection::send(const Request& request) {
  http::request<http::string_body> message(http::string_to_verb(request.method), request.target, 11);
  message.set(http::field::host, stream_->server.host);
  message.set(http::field::accept, "application/json");
  message.set(http::field::content_type, request.content_type);
  message.body() = request.body;
  message.prepare_payload();
  http::write(stream_->socket, message);
  http::response<http::string_body> response;
  http::read(stream_->socket, stream_->buffer, response);
  return {response.result_int(), std::move(response.body())};
}

}  // namespace guildhall::tests::crd_rules
