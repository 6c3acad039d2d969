#include "operator/records_source.hpp"

#include <algorithm>

namespace guildhall {

std::unexpected<core::Error> RecordsSource::fail(const core::Error& error) const {
  if (error.kind == core::ErrorKind::Internal) damaged_(error);
  return std::unexpected(error);
}

core::Result<records::Page> RecordsSource::page(const records::PageRequest& request) {
  records::Page page;
  std::optional<core::AuditPosition> after = request.after;
  do {
    auto read = store_.page(request.filter, after, request.limit - page.entries.size());
    if (!read) return fail(read.error());
    page.more = read->more;
    for (core::RecordedEntry& entry : read->entries) {
      after = entry.position;
      // Recorded since the first page of this list.
      if (entry.position.row <= request.up_to_row) page.entries.push_back(std::move(entry));
    }
  } while (page.more && page.entries.size() < request.limit);
  return page;
}

core::Result<std::optional<core::RecordedEntry>> RecordsSource::find(const std::string& id) {
  auto found = store_.find("", id);
  if (!found) return fail(found.error());
  return found;
}

core::Result<std::vector<core::RecordedEntry>> RecordsSource::recorded_after(const records::NewsRequest& request) {
  std::vector<core::RecordedEntry> news;
  std::int64_t row = request.after_row;
  while (news.size() < request.limit && row < request.up_to_row) {
    auto read = store_.recorded_after(row, request.filter, request.limit - news.size());
    if (!read) return fail(read.error());
    if (read->row <= row) break;
    row = read->row;
    for (core::RecordedEntry& entry : read->entries) {
      if (entry.position.row <= request.up_to_row) news.push_back(std::move(entry));
    }
  }
  return news;
}

core::Result<records::Rows> RecordsSource::rows() {
  const auto newest = store_.newest_row();
  if (!newest) return fail(newest.error());
  const auto removed = store_.removed_row();
  if (!removed) return fail(removed.error());
  return records::Rows{.newest = *newest, .removed = *removed};
}

}  // namespace guildhall
