#include "operator/mail/smtp_server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <ios>

namespace guildhall::mail {
namespace {

constexpr std::uint16_t kSubmissionPort = 587;   ///< RFC 6409
constexpr std::uint16_t kSubmissionsPort = 465;  ///< RFC 8314
constexpr std::size_t kLongestAddress = 254;
constexpr std::size_t kLongestPassword = 1024;
constexpr std::chrono::hours kLongestTimeout{1};

std::unexpected<core::Error> invalid(std::string message) {
  return core::fail(core::ErrorKind::Invalid, std::move(message));
}

bool is_one_of(char letter, std::string_view letters) {
  return letters.contains(letter);
}

bool is_alphanumeric(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
}

bool is_host(std::string_view host, bool in_brackets) {
  const std::string_view more = in_brackets ? ":." : "-.";
  return !host.empty() && host.size() <= 253 && host.front() != '-' &&
         std::ranges::all_of(host, [more](char letter) { return is_alphanumeric(letter) || is_one_of(letter, more); });
}

bool is_this_machine(std::string_view host) {
  const bool is_number = std::ranges::all_of(host, [](char letter) { return is_one_of(letter, "0123456789."); });
  return host == "localhost" || host == "::1" || (is_number && host.starts_with("127."));
}

/// Of what follows the scheme: host, host:port or [address]:port, and nothing behind it but a slash.
bool read_authority(std::string_view text, SmtpServer& server) {
  if (text.ends_with('/')) text.remove_suffix(1);
  const bool in_brackets = text.starts_with('[');
  const auto host_end = in_brackets ? text.find(']') : std::min(text.find(':'), text.size());
  if (host_end == std::string_view::npos) return false;
  server.host = text.substr(in_brackets ? 1 : 0, host_end - (in_brackets ? 1 : 0));
  std::string_view port = text.substr(host_end + (in_brackets ? 1 : 0));
  if (!is_host(server.host, in_brackets)) return false;
  if (port.empty()) return true;
  if (!port.starts_with(':')) return false;
  port.remove_prefix(1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), server.port);
  return error == std::errc{} && end == port.data() + port.size() && server.port != 0;
}

core::Result<SmtpServer> read_url(std::string_view url) {
  SmtpServer server;
  server.implicit_tls = url.starts_with("smtps://");
  server.port = server.implicit_tls ? kSubmissionsPort : kSubmissionPort;
  if (!server.implicit_tls && !url.starts_with("smtp://"))
    return invalid("smtp.url must begin with smtp:// or smtps://");
  // Not quoted: it may hold a password.
  if (url.contains('@')) return invalid("smtp.url must hold no login; use smtp.username and smtp.passwordFile");
  if (!read_authority(url.substr(url.find("//") + 2), server))
    return invalid(fmt::format("smtp.url '{}' must be smtp://HOST:PORT or smtps://HOST:PORT", url));
  return server;
}

core::Result<bool> read_tls(const SmtpSettings& settings, const SmtpServer& server) {
  const bool is_local = is_this_machine(server.host);
  if (settings.tls.empty()) return server.implicit_tls || !is_local || !settings.username.empty();
  if (settings.tls == "Required") return true;
  if (settings.tls != "Never") return invalid(fmt::format("smtp.tls '{}' must be Required or Never", settings.tls));
  if (server.implicit_tls) return invalid("smtp.tls cannot be Never with an smtps:// URL");
  if (!settings.username.empty())
    return invalid("smtp.tls cannot be Never with smtp.username: the password would go over a clear connection");
  if (!is_local)
    return invalid(fmt::format(
        "smtp.tls can be Never only for a server on this machine, not for {}: mails hold secret links", server.host));
  return false;
}

core::Result<std::string> read_sender(const SmtpSettings& settings, const SmtpServer& server) {
  if (is_address(settings.from)) return settings.from;
  if (!settings.from.empty())
    return invalid(fmt::format("smtp.from '{}' must be an address such as guildhall@acme.example", settings.from));
  if (is_this_machine(server.host)) return "guildhall@localhost";
  return invalid("smtp.from must be set: the address that mails come from, such as guildhall@acme.example");
}

core::Result<void> check_rest(const SmtpSettings& settings) {
  if (settings.username.empty() != settings.password_file.empty())
    return invalid("smtp.username and smtp.passwordFile must be set together");
  const auto is_control = [](char letter) { return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F; };
  if (std::ranges::any_of(settings.username, is_control))
    return invalid("smtp.username must hold no control characters");
  if (std::ranges::any_of(settings.from_name, is_control))
    return invalid("smtp.fromName must hold no control characters");
  if (settings.connect_timeout.count() <= 0 || settings.timeout < settings.connect_timeout)
    return invalid("smtp.connectTimeout must be more than 0, and smtp.timeout no less than it");
  if (settings.timeout > kLongestTimeout) return invalid("smtp.timeout must be 1h at most");
  return {};
}

}  // namespace

core::Result<SmtpServer> make_smtp_server(const SmtpSettings& settings) {
  auto server = read_url(settings.url);
  if (!server) return server;
  const auto require_tls = read_tls(settings, *server);
  if (!require_tls) return std::unexpected(require_tls.error());
  auto from = read_sender(settings, *server);
  if (!from) return std::unexpected(std::move(from.error()));
  if (auto checked = check_rest(settings); !checked) return std::unexpected(std::move(checked.error()));
  server->require_tls = *require_tls;
  server->from = *std::move(from);
  server->from_name = settings.from_name.empty() ? "Guildhall" : settings.from_name;
  server->username = settings.username;
  server->password_file = settings.password_file;
  server->ca_file = settings.ca_file;
  server->connect_timeout = settings.connect_timeout;
  server->timeout = settings.timeout;
  return server;
}

bool is_address(std::string_view text) {
  const auto at = text.find('@');
  const bool is_parted = at != std::string_view::npos && at > 0 && at + 1 < text.size() && at == text.rfind('@');
  return is_parted && text.size() <= kLongestAddress && std::ranges::all_of(text, [](char letter) {
           return letter > 0x20 && letter < 0x7F && !is_one_of(letter, R"(<>()[]\,;:")");
         });
}

core::Result<core::SecretText> read_password(const std::string& file) {
  std::ifstream input(file, std::ios::binary);
  std::string bytes(kLongestPassword + 3, '\0');  // its end of line, and one that is too many
  input.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(input.gcount()));
  const core::SecretText whole(std::move(bytes));
  if (!input.is_open() || input.bad()) return invalid(fmt::format("smtp.passwordFile {} cannot be read", file));
  std::string_view password = whole.reveal();
  if (password.ends_with('\n')) password.remove_suffix(1);
  if (password.ends_with('\r')) password.remove_suffix(1);
  const auto is_control = [](char letter) { return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F; };
  if (password.empty() || password.size() > kLongestPassword || std::ranges::any_of(password, is_control))
    return invalid(fmt::format("smtp.passwordFile {} must hold one line, the password", file));
  return core::SecretText(std::string(password));
}

}  // namespace guildhall::mail
