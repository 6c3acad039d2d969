#pragma once

#include "operator/records/entry_source.hpp"
#include "operator/store/audit_store.hpp"

namespace guildhall {

/// The store, as the records API reads it. Thread-safe.
class RecordsSource final : public records::EntrySource {
 public:
  /// `store` outlives it.
  explicit RecordsSource(store::AuditStore& store) : store_(store) {}

  core::Result<records::Page> page(const records::PageRequest& request) override;
  core::Result<std::optional<core::RecordedEntry>> find(const std::string& id) override;
  core::Result<std::vector<core::RecordedEntry>> recorded_after(const records::NewsRequest& request) override;
  core::Result<records::Rows> rows() override;

 private:
  store::AuditStore& store_;
};

}  // namespace guildhall
