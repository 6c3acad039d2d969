// Entries of a log as the benchmarks of store and records API have them: 1,000,000 are a year's of 50 Organizations.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "operator/core/audit_entry.hpp"

namespace guildhall::benchmarks::sample {

inline constexpr std::size_t kEntries = 1'000'000;
inline constexpr std::size_t kOrganizations = 50;
inline constexpr std::size_t kPeople = 40;  ///< of each Organization

std::string uid_of(std::size_t number);
std::string email_of(std::size_t organization, std::size_t person);
const std::vector<std::string>& actions();
/// When the first entry is; the others come half a minute after each other.
core::Timestamp begin();

/// The same for the same number.
core::AuditEntry entry_of(std::size_t number);
/// `count` of them from that number on.
std::vector<core::AuditEntry> entries_from(std::size_t first, std::size_t count);

}  // namespace guildhall::benchmarks::sample
