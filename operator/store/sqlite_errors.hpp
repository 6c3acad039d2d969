#pragma once

#include <filesystem>
#include <string>

#include "operator/core/error.hpp"

namespace guildhall::store {

/// What SQLite said of a database file.
struct SqliteFailure {
  int code = 0;       ///< an extended result code
  std::string words;  ///< SQLite's own
};

/// The same for a platform admin: what is wrong with which file, and what to do. Unavailable for what may pass,
/// Internal for a damaged file and for what should not happen, Invalid for a file that is no database, NotFound when
/// the file is not there.
core::Error to_error(const SqliteFailure& failure, const std::filesystem::path& file);

/// What to say of a file in which a check found `finding`.
core::Error damaged(const std::filesystem::path& file, std::string finding);

}  // namespace guildhall::store
