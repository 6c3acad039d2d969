#include "operator/page/page_server.hpp"

#include <utility>

namespace guildhall::page {
namespace {

constexpr int kThreads = 4;  // an accept waits for the API server; the others go on meanwhile

/// Its forms have some 70 bytes; what stands in a header beyond 8 KiB is not from a browser without our cookies.
http::Limits limits() {
  return {.header_bytes = 8U * 1024,
          .body_bytes = 4UL * 1024,
          .connections = 256,
          .read_timeout = std::chrono::seconds{10},
          .write_timeout = std::chrono::seconds{10}};
}

}  // namespace

PageServer::PageServer(std::string listen, Settings settings, Dependencies dependencies)
    : page_(std::move(settings), std::move(dependencies)),
      server_(
          std::move(listen), [this](const http::Request& request) { return page_.answer(request); }, limits(),
          kThreads) {
  server_.set_common_headers(page_.headers());
}

}  // namespace guildhall::page
