#include "operator/admission/routes.hpp"

namespace guildhall::admission {

namespace {

http::Response plain(int status, std::string body) {
  return {.status = status, .body = std::move(body), .headers = {}};
}

http::Response not_allowed() {
  http::Response response = plain(405, "only POST\n");
  response.headers["Allow"] = "POST";  // RFC 9110, section 15.5.6
  return response;
}

const char* word_of(Operation operation) {
  switch (operation) {
    case Operation::Create:
      return "CREATE";
    case Operation::Update:
      return "UPDATE";
    case Operation::Delete:
      return "DELETE";
    case Operation::Connect:
      return "CONNECT";
  }
  return "";
}

const char* result_of(const Verdict& verdict) {
  if (verdict.allowed) return "allowed";
  return verdict.code >= 500 ? "undecided" : "refused";
}

}  // namespace

http::Handler make_routes(std::map<std::string, Webhook> webhooks, WebhookPaths paths, core::Metrics& metrics) {
  return [webhooks = std::move(webhooks), paths, &metrics](const http::Request& request) -> http::Response {
    const auto webhook = webhooks.find(paths.webhook_at(request.path));
    if (webhook == webhooks.end()) return plain(404, "there is no such webhook\n");
    if (request.method != "POST") return not_allowed();
    const auto review = parse_review(request.body);
    if (!review) return plain(400, review.error().describe() + "\n");
    const Verdict verdict = webhook->second(*review);
    metrics.count(
        "guildhall_admission_reviews_total",
        {{"webhook", webhook->first}, {"operation", word_of(review->operation)}, {"result", result_of(verdict)}}, 1);
    return {
        .status = 200, .content_type = "application/json", .body = format_answer(review->uid, verdict), .headers = {}};
  };
}

}  // namespace guildhall::admission
