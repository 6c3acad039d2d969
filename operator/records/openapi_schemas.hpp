#pragma once

#include <nlohmann/json_fwd.hpp>

namespace guildhall::records {

/// components.schemas of our kinds and of what they refer to. `kubectl explain` shows the descriptions: they are this
/// API's reference.
nlohmann::json openapi_schemas();

/// {"$ref": …} to one of them: "AuditEntry", "AuditEntryList", "Signup".
nlohmann::json schema_reference(const char* kind);

}  // namespace guildhall::records
