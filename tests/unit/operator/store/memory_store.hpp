#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "operator/store/audit_store.hpp"

namespace guildhall::store {

/// What an AuditStore promises, in the simplest words: lists that are gone through. What other stores are held against.
class MemoryStore : public AuditStore {
 public:
  core::Result<std::vector<core::RecordedEntry>> append(std::span<const core::AuditEntry> entries) override;
  core::Result<std::vector<std::string>> known(std::span<const std::string> ids) override;
  core::Result<AuditPage> page(const core::AuditFilter& filter, const std::optional<core::AuditPosition>& after,
                               std::size_t limit) override;
  core::Result<std::optional<core::RecordedEntry>> find(const std::string& organization_uid,
                                                        const std::string& id) override;
  core::Result<void> scan(const core::AuditFilter& filter, const AuditVisitor& visit) override;
  core::Result<AuditTail> recorded_after(std::int64_t row, const core::AuditFilter& filter, std::size_t limit) override;
  core::Result<std::int64_t> newest_row() override;
  core::Result<std::int64_t> removed_row() override;
  core::Result<std::uint64_t> trim(const std::string& organization_uid, core::Timestamp before,
                                   const std::stop_token& stop) override;
  core::Result<std::vector<KnownOrganization>> organizations() override;
  core::Result<std::vector<LeafHash>> leaves(const std::string& organization_uid, std::uint64_t from_index,
                                             std::size_t limit) override;
  core::Result<void> mark(const std::string& name, const std::string& text) override;
  core::Result<std::optional<std::string>> marked(const std::string& name) override;

 private:
  struct Log {
    KnownOrganization known;
    std::vector<LeafHash> leaves;
  };

  [[nodiscard]] bool is_known(const core::AuditEntry& entry) const;
  std::vector<core::RecordedEntry> newest_first(const core::AuditFilter& filter);

  std::mutex mutex_;
  std::vector<core::RecordedEntry> entries_;  // in order of rows
  std::set<std::string> ids_;                 // of those
  std::map<std::string, Log> logs_;           // by UID
  std::int64_t newest_row_ = 0;
  std::int64_t removed_row_ = 0;
  std::map<std::string, std::string> marks_;
};

}  // namespace guildhall::store
