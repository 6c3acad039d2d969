#include "operator/runtime/audit_event.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>

#include "operator/core/text.hpp"

namespace guildhall::runtime {

namespace {

constexpr std::size_t kLongestName = 253;
constexpr std::size_t kLongestNote = 1024;

/// FNV-1a of 128 bits, in hexadecimal. It only has to tell occurrences apart; nobody gains by a collision, as an Event
/// of that name would only hide another of the same object. Source: Fowler, Noll, Vo; RFC 9923.
std::string fnv1a_128(std::string_view text) {
  using Wide = unsigned __int128;
  constexpr Wide prime = (Wide{1} << 88U) + 0x13B;
  Wide hash = (Wide{0x6c62272e07bb0142ULL} << 64U) + 0x62b821756295c58dULL;
  for (const char letter : text) {
    hash ^= static_cast<unsigned char>(letter);
    hash *= prime;
  }
  return fmt::format("{:016x}{:016x}", static_cast<std::uint64_t>(hash >> 64U), static_cast<std::uint64_t>(hash));
}

}  // namespace

std::string event_namespace(const core::ObjectKey& key) {
  return key.ns.empty() ? "default" : key.ns;
}

std::string event_name(const Regarding& regarding, std::string_view identity) {
  // Parted by a byte that stands in none of them.
  const std::string hash = fnv1a_128(fmt::format("{}\n{}\n{}\n{}", regarding.type.api_version(), regarding.type.kind,
                                                 regarding.key.to_string(), identity));
  std::string name = regarding.key.name.substr(0, kLongestName - hash.size() - 1);
  while (!name.empty() && (name.back() == '.' || name.back() == '-'))
    name.pop_back();
  return name + "." + hash;
}

nlohmann::json audit_event(const Regarding& regarding, const core::AuditNote& entry,
                           std::string_view reporting_instance, core::Timestamp now) {
  nlohmann::json about = {
      {"apiVersion", regarding.type.api_version()}, {"kind", regarding.type.kind}, {"name", regarding.key.name}};
  if (!regarding.key.ns.empty()) about["namespace"] = regarding.key.ns;
  if (!regarding.uid.empty()) about["uid"] = regarding.uid;
  return {
      {"apiVersion", core::types::events().api_version()},
      {"kind", core::types::events().kind},
      {"metadata", {{"name", event_name(regarding, entry.identity)}, {"namespace", event_namespace(regarding.key)}}},
      {"eventTime", core::format_micro_timestamp(now)},
      {"reportingController", "guildhall.dev/operator"},
      {"reportingInstance", std::string(core::cut_text(reporting_instance, 128))},
      {"action", entry.action},
      {"reason", entry.action},
      {"type", entry.warning ? "Warning" : "Normal"},
      {"note", std::string(core::cut_text(entry.note, kLongestNote))},
      {"regarding", std::move(about)}};
}

}  // namespace guildhall::runtime
