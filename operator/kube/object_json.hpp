#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "operator/core/result.hpp"
#include "operator/kube/client.hpp"

namespace guildhall::kube {

/// Takes metadata.managedFields out: a third of an object, and nothing in Guildhall reads it.
void drop_managed_fields(nlohmann::json& object);

/// Reads an answer of the API server. Errors: Unavailable (a proxy's page, or an answer that was cut off).
core::Result<nlohmann::json> parse_object(std::string_view body);
/// Reads a list. Errors: as above.
core::Result<ListPage> parse_list(std::string_view body);
/// The answer in a TokenReview, an answer in a SubjectAccessReview: yes only where it stands in `status`.
TokenReviewResult read_token_review(const nlohmann::json& review);
bool read_access_review(const nlohmann::json& review);
/// Writes what is sent. Errors: Invalid, when a string in it is not UTF-8.
core::Result<std::string> dump_object(const nlohmann::json& object);

}  // namespace guildhall::kube
