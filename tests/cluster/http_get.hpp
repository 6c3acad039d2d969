// Plain HTTP on loopback, for /readyz and /metrics.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace guildhall::tests::cluster {

struct HttpAnswer {
  int status = 0;  // 0: no answer (refused, or closed before a status line)
  std::string body;
};

// GET http://127.0.0.1:port/path over a connection of its own. Gives up after 5 s of silence.
[[nodiscard]] HttpAnswer http_get(std::uint16_t port, std::string_view path);

// Any other method, with a JSON body, likewise.
[[nodiscard]] HttpAnswer http_send(std::uint16_t port, std::string_view method, std::string_view path,
                                   std::string_view body);

// Likewise with header fields of the caller's, each line ending in CRLF.
[[nodiscard]] HttpAnswer http_send_with(std::uint16_t port, std::string_view method, std::string_view path,
                                        std::string_view fields, std::string_view body);

// A port of 127.0.0.1 that is free at this moment.
[[nodiscard]] std::uint16_t free_port();

// Likewise, and none that free_port or a control plane would take: for who stops listening, and is to listen there
// again.
[[nodiscard]] std::uint16_t lasting_port();

}  // namespace guildhall::tests::cluster
