#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "operator/records/entry_source.hpp"
#include "operator/records/line_sink.hpp"
#include "operator/records/list_options.hpp"
#include "operator/records/negotiation.hpp"

namespace guildhall::records {

/// Reads the entries of a request page by page: what is older than `after`, or the newest.
using NextPage = std::function<core::Result<Page>(const std::optional<core::AuditPosition>& after, std::size_t limit)>;

/// How entries become text: what stands before, one after the other, and what stands behind.
struct Writing {
  std::function<void(std::string& out)> begin;
  std::function<void(std::string& out, const core::RecordedEntry& entry)> add;
  std::function<void(std::string& out)> end;
};

/// A list in Kubernetes' own form.
Writing write_list(Representation wanted, std::string ns, std::int64_t resource_version);
/// CSV, or JSON lines.
Writing write_export(Format format, std::string ns);

/// Writes the entries of the first page, and of all that follow, at most `limit` in all (0: every one). Holds one page
/// and one buffer, however many there are.
Producer stream_entries(Page first, NextPage next, Writing writing, std::int64_t limit);

/// At most so many entries are read at once.
inline constexpr std::size_t kPageSize = 1000;

}  // namespace guildhall::records
