#pragma once

#include <algorithm>
#include <vector>

#include "operator/records/entry_source.hpp"
#include "tests/unit/operator/records/some_entries.hpp"

namespace guildhall::records {

/// A store in memory, of the filter's fields that tests ask for. Not thread-safe.
class MemorySource : public EntrySource {
 public:
  /// Records `count` entries of the Organization, a second apart.
  void record(const std::string& organization_uid, int count = 1) {
    for (int i = 0; i < count; ++i) {
      core::RecordedEntry entry = role_change();
      const auto row = ++rows_.newest;
      entry.entry.id = "id-" + std::to_string(row);
      entry.entry.organization.uid = organization_uid;
      entry.entry.time += std::chrono::seconds{row};
      entry.position = {.time = entry.entry.time, .row = row};
      entry.index = static_cast<std::uint64_t>(row - 1);
      entries_.push_back(entry);
    }
  }

  core::Result<Page> page(const PageRequest& request) override {
    ++pages;
    if (failing_after_pages >= 0 && pages > failing_after_pages) return broken();
    std::vector<core::RecordedEntry> found = matching(request.filter, 0, request.up_to_row);
    std::ranges::sort(found, std::ranges::greater{}, &core::RecordedEntry::position);
    if (request.after) std::erase_if(found, [&](const auto& entry) { return entry.position >= *request.after; });
    Page page{.entries = {}, .more = found.size() > request.limit};
    found.resize(std::min(found.size(), request.limit));
    page.entries = std::move(found);
    largest_page = std::max(largest_page, page.entries.size());
    return page;
  }

  core::Result<std::optional<core::RecordedEntry>> find(const std::string& id) override {
    if (failing) return broken();
    for (const core::RecordedEntry& entry : entries_) {
      if (entry.entry.id == id) return std::optional(entry);
    }
    return std::optional<core::RecordedEntry>();
  }

  core::Result<std::vector<core::RecordedEntry>> recorded_after(const NewsRequest& request) override {
    if (failing) return broken();
    auto found = matching(request.filter, request.after_row, request.up_to_row);
    found.resize(std::min(found.size(), request.limit));
    return found;
  }

  core::Result<Rows> rows() override {
    if (failing) return broken();
    return rows_;
  }

  bool failing = false;
  core::ErrorKind failure = core::ErrorKind::Unavailable;
  int failing_after_pages = -1;
  int pages = 0;
  std::size_t largest_page = 0;
  Rows rows_;

 private:
  [[nodiscard]] std::unexpected<core::Error> broken() const { return core::fail(failure, "the store is away"); }

  [[nodiscard]] std::vector<core::RecordedEntry> matching(const core::AuditFilter& filter, std::int64_t after,
                                                          std::int64_t up_to) const {
    std::vector<core::RecordedEntry> found;
    for (const core::RecordedEntry& entry : entries_) {
      const bool own = filter.organization_uid.empty() || filter.organization_uid == entry.entry.organization.uid;
      const bool wanted = !filter.action || *filter.action == entry.entry.action;
      if (own && wanted && entry.position.row > after && entry.position.row <= up_to) found.push_back(entry);
    }
    return found;
  }

  std::vector<core::RecordedEntry> entries_;
};

}  // namespace guildhall::records
