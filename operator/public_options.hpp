#pragma once

#include <optional>
#include <string>
#include <vector>

#include "operator/http/client_address.hpp"
#include "operator/page/public_url.hpp"

namespace CLI {
class App;
}

namespace guildhall {

/// The public page of invitations; in --config `public: {listen, url, trustedProxies}`.
struct PublicOptions {
  std::string listen = ":8081";
  std::optional<page::PublicUrl> url;  ///< unset: no page is served, and no link can be made
  std::vector<http::Network> trusted_proxies;
};

/// Declares --public-listen, --public-url and --public-trusted-proxies. `options` outlives the parsing.
void declare_public(CLI::App& run, PublicOptions& options);

}  // namespace guildhall
