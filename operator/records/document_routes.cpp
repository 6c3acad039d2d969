#include "operator/records/document_routes.hpp"

#include <nlohmann/json.hpp>

#include "operator/records/discovery.hpp"
#include "operator/records/negotiation.hpp"
#include "operator/records/openapi.hpp"
#include "operator/records/query.hpp"
#include "operator/records/request_field.hpp"
#include "operator/records/status.hpp"

namespace guildhall::records {

namespace {

std::string aggregated_type(const std::string& version) {
  return "application/json;g=apidiscovery.k8s.io;v=" + version + ";as=APIGroupDiscoveryList";
}

}  // namespace

Documents::Documents(const std::function<std::string(std::string_view)>& hash) {
  const auto document = [&hash](const nlohmann::json& content, std::string type = "application/json") {
    std::string text = content.dump() + "\n";
    std::string etag = '"' + hash(text) + '"';
    return Document{.content_type = std::move(type), .text = std::move(text), .etag = std::move(etag)};
  };
  groups_ = document(api_group_list());
  group_ = document(api_group());
  resources_ = document(api_resource_list());
  aggregated_v2_ = document(aggregated_discovery("v2"), aggregated_type("v2"));
  aggregated_v2beta1_ = document(aggregated_discovery("v2beta1"), aggregated_type("v2beta1"));
  openapi_ = document(openapi_document());
  openapi_hash_ = openapi_.etag.substr(1, openapi_.etag.size() - 2);
  openapi_root_ = document(openapi_root(openapi_hash_));
}

http::Response Documents::answer(Place place, const http::Request& request) const {
  if (place == Place::Unknown) return respond(no_such_path());
  if (request.method != "GET") return respond(method_not_allowed());
  if (place == Place::Groups) return answer_group_list(request);
  if (auto takes = negotiate_json(request_field(request, "accept")); !takes) return respond(takes.error());
  if (place == Place::Group) return answer_with(group_, request);
  if (place == Place::Version) return answer_with(resources_, request);
  if (place == Place::OpenApi) return answer_with(openapi_root_, request);
  if (place == Place::OpenApiOfVersion) return answer_openapi(request);
  return respond(no_such_path());
}

http::Response Documents::answer_group_list(const http::Request& request) const {
  const auto version = negotiate_discovery(request_field(request, "accept"));
  if (!version) return respond(version.error());
  if (*version == "v2") return answer_with(aggregated_v2_, request);
  return answer_with(*version == "v2beta1" ? aggregated_v2beta1_ : groups_, request);
}

/// What is asked for by its hash can be kept; by another's, it is somewhere else now.
http::Response Documents::answer_openapi(const http::Request& request) const {
  const std::string hash = Query(request.query).first("hash").value_or("");
  if (!hash.empty() && hash != openapi_hash_)
    return {.status = 301, .body = {}, .headers = {{"Location", openapi_location(openapi_hash_)}}};
  http::Response response = answer_with(openapi_, request);
  if (!hash.empty()) response.headers["Cache-Control"] = "public, immutable, max-age=31536000";
  return response;
}

http::Response Documents::answer_with(const Document& document, const http::Request& request) {
  http::Response response{.status = 200,
                          .content_type = document.content_type,
                          .body = {},
                          .headers = {{"ETag", document.etag}, {"Vary", "Accept"}}};
  if (request_field(request, "if-none-match") == document.etag)
    response.status = 304;
  else
    response.body = document.text;
  return response;
}

}  // namespace guildhall::records
