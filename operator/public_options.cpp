#include "operator/public_options.hpp"

#include <CLI/CLI.hpp>

namespace guildhall {
namespace {

/// Reads an option, or says with its name what is wrong.
template <class T>
T take(core::Result<T> value, const std::string& flag) {
  if (!value) throw CLI::ValidationError(flag, value.error().message);
  return *std::move(value);
}

}  // namespace

void declare_public(CLI::App& run, PublicOptions& options) {
  run.add_option("--public-listen", options.listen,
                 "Where the page of invitations answers (HTTP; TLS ends before it), once there is --public-url")
      ->capture_default_str()
      ->type_name("ADDRESS");
  run.add_option_function<std::string>(
         "--public-url",
         [&options](const std::string& text) { options.url = take(page::parse_public_url(text), "--public-url"); },
         "Where users reach that page: https://host or https://host/path. Links in invitations begin with it. Default: "
         "none, there is no page")
      ->type_name("URL");
  run.add_option_function<std::vector<std::string>>(
         "--public-trusted-proxies",
         [&options](const std::vector<std::string>& networks) {
           for (const std::string& network : networks)
             options.trusted_proxies.push_back(take(http::parse_network(network), "--public-trusted-proxies"));
         },
         "Networks of the proxies before that page, whose X-Forwarded-For is believed; may be repeated")
      ->type_name("CIDR");
}

}  // namespace guildhall
