#pragma once

#include <cstdint>
#include <string>

#include "operator/core/result.hpp"
#include "operator/http/server.hpp"
#include "operator/page/page.hpp"

namespace guildhall::page {

/// The page on a port of its own, over plain HTTP: TLS ends at the ingress before it.
class PageServer {
 public:
  PageServer(std::string listen, Settings settings, Dependencies dependencies);

  /// As http::Server::start().
  core::Result<std::uint16_t> start() { return server_.start(); }
  /// As http::Server::stop(). First ask `Dependencies::stop` to stop: this waits for the answers under way.
  void stop() { server_.stop(); }

 private:
  Page page_;
  http::Server server_;
};

}  // namespace guildhall::page
