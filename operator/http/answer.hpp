#pragma once

#include <string>

#include "operator/core/timestamp.hpp"
#include "operator/http/body_pipe.hpp"
#include "operator/http/server.hpp"

namespace guildhall::http {

/// What the peer has to know besides the response.
struct Terms {
  Framing framing = Framing::Length;
  bool keep_alive = false;
  bool is_head = false;  ///< all is said of the body, but it does not follow
};

/// An answer as it goes over the wire.
struct Answer {
  std::string head;  ///< with the empty line behind it, and with the body, too, when that is short
  std::string body;
};

/// Without the body when that is streamed. Source: RFC 9110, sections 6.6.1 and 9.3.2; RFC 9112, sections 6 and 9.
/// Pure. Throws std::invalid_argument for a body where the status allows none.
Answer make_answer(Response response, const Terms& terms, core::Timestamp now);

}  // namespace guildhall::http
