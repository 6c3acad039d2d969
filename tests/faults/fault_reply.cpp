#include "tests/faults/fault_reply.hpp"

#include <fmt/format.h>

#include <boost/beast/http.hpp>
#include <nlohmann/json.hpp>
#include <utility>

namespace guildhall::tests::faults {

namespace bhttp = boost::beast::http;

namespace {

std::string reason_of(unsigned status) {
  switch (status) {
    case 409:
      return "Conflict";
    case 410:
      return "Expired";
    case 429:
      return "TooManyRequests";
    case 503:
      return "ServiceUnavailable";
    default:
      return "InternalError";
  }
}

/// The API server's form of a failure.
nlohmann::json status_object(unsigned status) {
  return {{"kind", "Status"},
          {"apiVersion", "v1"},
          {"metadata", nlohmann::json::object()},
          {"status", "Failure"},
          {"message", "said by the fault proxy"},
          {"reason", reason_of(status)},
          {"code", status}};
}

}  // namespace

Reply json_reply(unsigned status, std::string body) {
  Reply reply{static_cast<bhttp::status>(status), 11};
  reply.set(bhttp::field::content_type, "application/json");
  reply.body() = std::move(body);
  reply.prepare_payload();
  return reply;
}

Reply reply_of(const Rule& rule) {
  Reply reply = json_reply(rule.status, status_object(rule.status).dump());
  if (rule.retry_after > 0) reply.set(bhttp::field::retry_after, std::to_string(rule.retry_after));
  return reply;
}

std::string chunk(std::string_view bytes) {
  return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
}

std::string whole_stream(std::string_view lines) {
  return fmt::format("{}{}{}", kStreamHead, chunk(lines), kStreamEnd);
}

std::string gone_stream() {
  const nlohmann::json event = {{"type", "ERROR"}, {"object", status_object(410)}};
  return whole_stream(event.dump() + "\n");
}

}  // namespace guildhall::tests::faults
