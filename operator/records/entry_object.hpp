#pragma once

#include <string>
#include <string_view>

#include "operator/core/audit_query.hpp"

namespace guildhall::records {

/// Appends the AuditEntry as JSON: contract.yaml's members, and `note` and `count` (left out when it is 1). `ns` is the
/// namespace that it is asked for in; empty: its Organization's home. The name and uid are its id, the resourceVersion
/// is its row.
void append_entry(std::string& out, const core::RecordedEntry& entry, std::string_view ns);

/// The same, its metadata alone: PartialObjectMetadata of meta.k8s.io/`meta_version`.
void append_partial_metadata(std::string& out, const core::RecordedEntry& entry, std::string_view ns,
                             std::string_view meta_version);

/// The resourceVersion of a row.
std::string version_of(std::int64_t row);

}  // namespace guildhall::records
