#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "operator/core/audit_query.hpp"
#include "operator/core/result.hpp"

namespace guildhall::records {

/// Which entries, newest first.
struct PageRequest {
  core::AuditFilter filter;
  std::optional<core::AuditPosition> after;  ///< only what is older than that; unset: from the newest on
  std::int64_t up_to_row = 0;                ///< nothing that was recorded later
  std::size_t limit = 0;                     ///< above 0
};

struct Page {
  std::vector<core::RecordedEntry> entries;
  bool more = false;  ///< there are older ones
};

/// Which entries, in the order in which they were recorded.
struct NewsRequest {
  core::AuditFilter filter;
  std::int64_t after_row = 0;  ///< recorded after that
  std::int64_t up_to_row = 0;  ///< and no later than that
  std::size_t limit = 0;       ///< above 0
};

/// How far the rows go.
struct Rows {
  std::int64_t newest = 0;   ///< the last that is visible, with all before it; 0: none
  std::int64_t removed = 0;  ///< the last that retention took; 0: none. Who knows less has missed something
};

/// Where records are read from: a store behind an adapter of the composition root. Thread-safe. A row that is visible
/// is so with all rows below it: who has seen the newest has missed none. Errors: Unavailable or Timeout when the
/// store cannot be asked.
class EntrySource {
 public:
  EntrySource() = default;
  EntrySource(const EntrySource&) = delete;
  EntrySource& operator=(const EntrySource&) = delete;
  virtual ~EntrySource() = default;

  /// At most `limit` entries. An export is page after page, so that a slow reader holds nothing open.
  virtual core::Result<Page> page(const PageRequest& request) = 0;
  /// The entry of that id; unset: there is none.
  virtual core::Result<std::optional<core::RecordedEntry>> find(const std::string& id) = 0;
  /// What came since, for watches; fewer than `limit` only when there is no more.
  virtual core::Result<std::vector<core::RecordedEntry>> recorded_after(const NewsRequest& request) = 0;
  /// Asked by every watch about once a second: cheap.
  virtual core::Result<Rows> rows() = 0;
};

/// The Organization that claims a namespace now; unset: none does. Thread-safe. Errors: Unavailable while that is not
/// known.
using OrganizationLookup = std::function<core::Result<std::optional<core::AuditOrganization>>(const std::string& ns)>;

}  // namespace guildhall::records
