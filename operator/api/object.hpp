#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "operator/api/json_reader.hpp"
#include "operator/core/object_meta.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/core/result.hpp"

namespace guildhall::api {

/// Reads `metadata`, and checks apiVersion and kind where they are given (the items of a list may lack them).
/// Errors: Invalid.
core::Result<core::ObjectMeta> parse_head(const core::ResourceType& type, const nlohmann::json& object);

/// What ObjectMeta holds, as JSON: empty parts are left out.
nlohmann::json to_json(const core::ObjectMeta& metadata);

/// A whole object: apiVersion, kind, metadata, spec, the status unless it is empty, and the unknown fields beside them.
nlohmann::json object_json(const core::ResourceType& type, const core::ObjectMeta& metadata, nlohmann::json spec,
                           nlohmann::json status, const nlohmann::json& unknown);

/// Reads a whole object of a generated type. Errors: Invalid, with the path; the error names the object.
template <class T>
core::Result<T> parse_object(const core::ResourceType& type, const nlohmann::json& object) {
  auto metadata = parse_head(type, object);
  if (!metadata) return std::unexpected(std::move(metadata.error()));
  T result;
  result.metadata = std::move(*metadata);
  std::string problem;
  read(Source{object, Path(), problem}, result);
  if (problem.empty()) return result;
  return core::fail(core::ErrorKind::Invalid, std::move(problem), core::describe(type, result.metadata.key()));
}

}  // namespace guildhall::api
