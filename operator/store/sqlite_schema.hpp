#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "operator/store/sqlite_connection.hpp"

namespace guildhall::store {

/// The steps that lead from an empty database to today's schema: step n makes version n. A step that was released is
/// never changed.
std::span<const std::string> schema_steps();

/// Makes an empty database one of ours (application_id, WAL) and carries out the steps that it lacks, each in a
/// transaction with its version (user_version). Errors, apart from the connection's: Invalid when the database is
/// another program's or of a newer version; then it is not touched.
core::Result<void> migrate(Connection& connection, const std::filesystem::path& file,
                           std::span<const std::string> steps = schema_steps());

/// Whether a database that may only be read is ours and of today's version. Errors: Invalid as above; Unavailable when
/// it is older, or empty still, as the process that writes has yet to migrate it.
core::Result<void> check_version(Connection& connection, const std::filesystem::path& file);

/// Reads the whole file through. Errors: Internal for a damaged one, saying where it is and what to do.
core::Result<void> check_integrity(Connection& connection, const std::filesystem::path& file);

}  // namespace guildhall::store
