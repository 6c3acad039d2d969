#pragma once

#include <functional>

#include "operator/records/entry_source.hpp"
#include "operator/store/audit_store.hpp"

namespace guildhall {

/// The store, as the records API reads it. Thread-safe.
class RecordsSource final : public records::EntrySource {
 public:
  /// `store` outlives it. `damaged` is told of a store that cannot be read whole.
  RecordsSource(store::AuditStore& store, std::function<void(const core::Error&)> damaged)
      : store_(store), damaged_(std::move(damaged)) {}

  core::Result<records::Page> page(const records::PageRequest& request) override;
  core::Result<std::optional<core::RecordedEntry>> find(const std::string& id) override;
  core::Result<std::vector<core::RecordedEntry>> recorded_after(const records::NewsRequest& request) override;
  core::Result<records::Rows> rows() override;

 private:
  [[nodiscard]] std::unexpected<core::Error> fail(const core::Error& error) const;

  store::AuditStore& store_;
  std::function<void(const core::Error&)> damaged_;
};

}  // namespace guildhall
