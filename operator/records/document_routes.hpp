#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "operator/http/server.hpp"
#include "operator/records/api_path.hpp"

namespace guildhall::records {

/// Discovery and OpenAPI, made once: they need no leader and no store. With ETag, so that the aggregator, which asks
/// once a minute, is told that nothing changed.
class Documents {
 public:
  explicit Documents(const std::function<std::string(std::string_view)>& hash);

  /// The answer to a GET of one of the places that are no resource. 404, 406 as it may be.
  [[nodiscard]] http::Response answer(Place place, const http::Request& request) const;

 private:
  struct Document {
    std::string content_type;
    std::string text;
    std::string etag;
  };

  [[nodiscard]] http::Response answer_group_list(const http::Request& request) const;
  [[nodiscard]] http::Response answer_openapi(const http::Request& request) const;
  static http::Response answer_with(const Document& document, const http::Request& request);

  Document groups_, group_, resources_, aggregated_v2_, aggregated_v2beta1_, openapi_root_, openapi_;
  std::string openapi_hash_;
};

}  // namespace guildhall::records
