#include "operator/telemetry/routes.hpp"

namespace guildhall::telemetry {
namespace {

http::Response plain(int status, std::string body) {
  return {.status = status, .body = std::move(body), .headers = {}};
}

http::Response not_allowed() {
  http::Response response = plain(405, "only GET\n");
  response.headers["Allow"] = "GET, HEAD";  // RFC 9110, section 15.5.6
  return response;
}

http::Response health(const HealthChecks& checks, const http::Request& request, std::string_view prefix) {
  std::string_view only = std::string_view(request.path).substr(prefix.size());
  if (!only.empty()) only.remove_prefix(1);
  auto report = checks.report(request.query.starts_with("verbose"), only);
  if (!report.found) return plain(404, std::move(report.text));
  return plain(report.ok ? 200 : 503, std::move(report.text));
}

bool is_under(std::string_view path, std::string_view prefix) {
  return path == prefix || (path.starts_with(prefix) && path[prefix.size()] == '/');
}

}  // namespace

http::Handler make_routes(Sources sources) {
  return [sources](const http::Request& request) -> http::Response {
    if (request.method != "GET" && request.method != "HEAD") return not_allowed();
    if (request.path == "/metrics") {
      return {.status = 200,
              .content_type = "text/plain; version=0.0.4; charset=utf-8",
              .body = sources.metrics.render(),
              .headers = {}};
    }
    if (is_under(request.path, "/healthz")) return health(sources.live, request, "/healthz");
    if (is_under(request.path, "/readyz")) return health(sources.ready, request, "/readyz");
    return plain(404, "there are /metrics, /healthz and /readyz\n");
  };
}

}  // namespace guildhall::telemetry
