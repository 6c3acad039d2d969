#include "operator/http/answer.hpp"

#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/http.hpp>
#include <utility>

#include "operator/http/date.hpp"

namespace guildhall::http {
namespace {

namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using Message = bhttp::response<bhttp::string_body>;

/// Head and body would be two writes, and two records of TLS.
constexpr std::size_t kShort = 8UL * 1024;

std::string head_of(const Message& message) {
  std::string head;
  bhttp::response_serializer<bhttp::string_body> serializer(message);
  serializer.split(true);
  beast::error_code error;
  serializer.next(error,
                  [&](const beast::error_code&, const auto& buffers) { head = beast::buffers_to_string(buffers); });
  return head;
}

}  // namespace

Answer make_answer(Response response, const Terms& terms, core::Timestamp now) {
  Message message{static_cast<bhttp::status>(response.status), 11};
  message.set(bhttp::field::date, http_date(now));
  message.set(bhttp::field::content_type, response.content_type);
  for (const auto& [name, value] : response.headers)
    message.set(name, value);
  message.keep_alive(terms.keep_alive);
  message.body() = std::move(response.body);
  if (terms.framing == Framing::Length) message.prepare_payload();
  if (terms.framing == Framing::Chunks) message.chunked(true);
  Answer answer{.head = head_of(message), .body = {}};
  if (terms.is_head || terms.framing != Framing::Length) return answer;
  answer.body = std::move(message.body());
  if (answer.body.size() > kShort) return answer;
  answer.head += std::exchange(answer.body, {});
  return answer;
}

}  // namespace guildhall::http
