#include "operator/mail_options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <regex>

#include "operator/duration_flag.hpp"

namespace guildhall {
namespace {

/// CLI11's way: the text of what is wrong, or "".
std::string is_config_map(const std::string& name) {
  static const std::regex dns_subdomain("[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  return name.size() <= 253 && std::regex_match(name, dns_subdomain) ? "" : "must be the name of a ConfigMap";
}

std::string find_problem(MailOptions& options) {
  if (options.settings.url.empty()) {
    const bool is_silent = options.settings == mail::SmtpSettings{} && options.templates.empty();
    return is_silent ? "" : "smtp.url must be set, or nothing else of smtp";
  }
  auto server = mail::make_smtp_server(options.settings);
  if (!server) return server.error().message;
  if (!server->password_file.empty()) {
    if (const auto password = mail::read_password(server->password_file); !password) return password.error().message;
  }
  if (!server->ca_file.empty() && std::ifstream(server->ca_file).peek() == std::ifstream::traits_type::eof())
    return fmt::format("smtp.caFile {} cannot be read, or is empty", server->ca_file);
  options.server = *std::move(server);
  return {};
}

}  // namespace

void declare_smtp(CLI::App& run, MailOptions& options) {
  mail::SmtpSettings& settings = options.settings;
  run.add_option("--smtp,--smtp-url", settings.url,
                 "The mail server: smtp://host:port (STARTTLS) or smtps://host:port. Default: none, no mails are sent")
      ->type_name("URL");
  run.add_option("--smtp-from", settings.from, "The address that mails come from; needed unless the server is local")
      ->type_name("ADDRESS");
  run.add_option("--smtp-from-name", settings.from_name, "The name of their sender. Default: Guildhall")
      ->type_name("NAME");
  run.add_option("--smtp-username", settings.username, "Who logs in to the mail server. Default: nobody")
      ->type_name("NAME");
  run.add_option("--smtp-password-file", settings.password_file,
                 "File of the login's password; read again for each mail")
      ->type_name("FILE");
  run.add_option("--smtp-ca-file", settings.ca_file,
                 "PEM file of the authorities that vouch for the mail server. Default: the system's")
      ->type_name("FILE");
  run.add_option(
         "--smtp-tls", settings.tls,
         "Required, or Never for a server on this machine without a login. Default: Required, but Never for such "
         "a server")
      ->type_name("Required|Never");
  add_duration(run, "--smtp-connect-timeout", settings.connect_timeout,
               "How long it may take until a mail can begin: connection, TLS, greeting and login");
  add_duration(run, "--smtp-timeout", settings.timeout, "How long all of one mail may take, that included; 1h at most");
  run.add_option("--smtp-templates", options.templates,
                 "ConfigMap in --namespace with the mails' texts. Default: the texts that are built in")
      ->check(is_config_map)
      ->type_name("NAME");
}

std::string settle_smtp(MailOptions& options) {
  const std::string problem = find_problem(options);
  return problem.empty() ? "" : fmt::format("{} (in --config under smtp; as flags --smtp and --smtp-...)\n", problem);
}

}  // namespace guildhall
