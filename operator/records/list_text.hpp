#pragma once

#include <cstdint>
#include <string>

#include "operator/core/audit_query.hpp"
#include "operator/records/negotiation.hpp"

namespace guildhall::records {

/// Writes what is answered, in the form that is wanted, for entries that are asked for in `ns` (empty: everywhere). A
/// list is begun, added to and ended: the same text whether it is all in memory or streams.
class EntryText {
 public:
  EntryText(Representation wanted, std::string ns) : wanted_(std::move(wanted)), ns_(std::move(ns)) {}

  /// AuditEntryList, PartialObjectMetadataList or Table; `resource_version` is the newest row that it can hold.
  void begin_list(std::string& out, std::int64_t resource_version, const std::string& continue_token);
  void add(std::string& out, const core::RecordedEntry& entry);
  void end_list(std::string& out) const { out += "]}\n"; }

  /// The answer to a get.
  void append_one(std::string& out, const core::RecordedEntry& entry) const;
  /// An event of a watch and its line's end. Only the first Table of a watch has its columns.
  void append_added(std::string& out, const core::RecordedEntry& entry);
  /// An event that says how far a watch has come; `initial_end`: that all that stood before it has been told.
  void append_bookmark(std::string& out, std::int64_t resource_version, bool initial_end);

 private:
  void append_item(std::string& out, const core::RecordedEntry& entry) const;
  void append_event_table(std::string& out, std::int64_t resource_version, const std::string& row);

  Representation wanted_;
  std::string ns_;
  bool first_ = true;  ///< nothing was added yet
};

}  // namespace guildhall::records
