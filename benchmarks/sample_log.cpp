#include "benchmarks/sample_log.hpp"

#include <fmt/format.h>

#include <random>

namespace guildhall::benchmarks::sample {

namespace {

constexpr std::size_t kObjects = 200;
constexpr std::chrono::seconds kApart{31};  ///< so that 1,000,000 entries are a year's

}  // namespace

const std::vector<std::string>& actions() {
  static const std::vector<std::string> all = {"MemberInvited",
                                               "MemberAccepted",
                                               "MemberRoleChanged",
                                               "MemberDeleted",
                                               "ApiKeyCreated",
                                               "ApiKeyRotated",
                                               "ApiKeyExpired",
                                               "ApiKeyDeleted",
                                               "OrganizationRenamed",
                                               "MemberRemovalRefused",
                                               "OrganizationNamespaceClaimed",
                                               "ApiKeyUpdated"};
  return all;
}

core::Timestamp begin() {
  return *core::parse_timestamp("2026-01-01T00:00:00Z");
}

std::string uid_of(std::size_t number) {
  return fmt::format("{:08x}-53c4-4f5e-9f7c-0123456789ab", number);
}

std::string email_of(std::size_t organization, std::size_t person) {
  return fmt::format("person-{}@organization-{}.example", person, organization);
}

core::AuditEntry entry_of(std::size_t number) {
  std::mt19937_64 random(number);
  const auto below = [&random](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  const std::size_t organization = below(kOrganizations);
  const std::string email = email_of(organization, below(kPeople));
  const bool is_ours = below(4) == 0;
  return {
      .id = fmt::format("{:016x}{:016x}", random(), random()),
      .time = begin() + kApart * number,
      .organization = {.name = fmt::format("organization-{}", organization),
                       .uid = uid_of(organization),
                       .home = fmt::format("organization-{}-home", organization)},
      .scope = core::AuditScope::Organization,
      .action = actions()[below(actions().size())],
      .outcome = below(20) == 0 ? core::AuditOutcome::Refused : core::AuditOutcome::Success,
      .actor = {.email = is_ours ? "" : email,
                .user = is_ours ? "guildhall" : "oidc:" + email,
                .credential = is_ours ? "" : "OIDC"},
      .source = is_ours ? core::AuditSource::Reconciler : core::AuditSource::Admission,
      .object = {.kind = "Member", .name = fmt::format("person-{}", below(kObjects)), .uid = uid_of(below(1'000'000))},
      .changes = {{.field = "spec.role", .old_value = "Viewer", .new_value = "Editor"}},
      .note = is_ours ? "The invitation was not answered in time, and expired." : ""};
}

std::vector<core::AuditEntry> entries_from(std::size_t first, std::size_t count) {
  std::vector<core::AuditEntry> batch;
  for (std::size_t number = first; number < first + count; ++number)
    batch.push_back(entry_of(number));
  return batch;
}

}  // namespace guildhall::benchmarks::sample
