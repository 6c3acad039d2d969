#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "operator/core/resource_type.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::core {

/// That a key was used.
struct KeyUse {
  ObjectKey key;      ///< the ApiKey
  std::string uid;    ///< of it; another of the name is not meant
  Timestamp last_at;  ///< in whole seconds
  bool operator==(const KeyUse&) const = default;
};

/// Requests that a gate refused for one reason.
struct KeyRefusals {
  std::string organization;
  ObjectKey key;        ///< the ApiKey that was shown; empty: no key of the Organization was
  std::string uid;      ///< of the ApiKey
  std::string outcome;  ///< the reason: a word of gate::Outcome
  std::int64_t count = 1;
  Timestamp last_at;
  bool operator==(const KeyRefusals&) const = default;
};

/// What a gate saw since its last report: a UseReport of records.guildhall.dev. It holds no secret.
struct UseReport {
  std::string id;  ///< the same report, sent again, has the same
  std::vector<KeyUse> uses;
  std::vector<KeyRefusals> refusals;
  [[nodiscard]] bool empty() const { return uses.empty() && refusals.empty(); }
  bool operator==(const UseReport&) const = default;
};

/// So many uses, and so many refusals, at most.
inline constexpr std::size_t kMostReported = 200;

/// usereports.records.guildhall.dev.
ResourceType use_report_type();
/// The UseReport as it is created.
nlohmann::json use_report_object(const UseReport& report);

}  // namespace guildhall::core
