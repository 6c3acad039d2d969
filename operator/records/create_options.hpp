#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "operator/http/server.hpp"
#include "operator/records/query.hpp"
#include "operator/records/status.hpp"

namespace guildhall::records {

/// What is done about members that the kind does not have. Warn is Kubernetes' own default.
enum class FieldValidation { Ignore, Warn, Strict };

struct CreateOptions {
  bool dry_run = false;
  FieldValidation validation = FieldValidation::Warn;
};

/// Errors: 422 for words that are none. Source: metav1.CreateOptions.
Checked<CreateOptions> read_create_options(const Query& query);

/// What a POST asks for besides its body. Errors: 406 and 415 for what is no JSON, and those of read_create_options().
Checked<CreateOptions> accept_creation(const http::Request& request);

/// The body of a POST, with an object as its `spec`. Errors: 400 for no JSON and for another kind, 422 without a spec.
Checked<nlohmann::json> read_created(std::string_view body, std::string_view kind);

/// Members of an object that are not `known`, as a warning says it; `path` stands before their name: "spec.".
void add_unknown_fields(std::vector<std::string>& unknown, const nlohmann::json& object, const std::string& path,
                        const std::vector<std::string_view>& known);

/// What there is to warn of. Errors: 400 where unknown fields are refused.
Checked<std::vector<std::string>> judge_unknown_fields(std::vector<std::string> unknown, std::string_view kind,
                                                       FieldValidation validation);

/// 201 with that object.
http::Response created(const nlohmann::json& object, const std::vector<std::string>& warnings);

}  // namespace guildhall::records
