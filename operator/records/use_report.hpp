#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/core/result.hpp"
#include "operator/core/use_report.hpp"
#include "operator/records/create_options.hpp"

namespace guildhall::records {

/// Keeps what a report tells. Thread-safe. Errors: the report is to be sent again.
using UseReportDesk = std::function<core::Result<void>(const core::UseReport& report)>;

/// A UseReport as it was sent, and what there is to warn of.
struct SentUseReport {
  core::UseReport report;
  std::vector<std::string> warnings;
};

/// Reads what was sent; `outcomes`: why a gate may refuse. Errors: 400 for no JSON, another kind, and unknown fields
/// when that is strict; 422 for fields that are missing or wrong, each by name.
Checked<SentUseReport> parse_use_report(std::string_view body, const std::vector<std::string>& outcomes,
                                        FieldValidation validation);

}  // namespace guildhall::records
