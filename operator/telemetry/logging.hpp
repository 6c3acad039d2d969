#pragma once

#include <string>

namespace guildhall::telemetry {

/// Sets up the process's log on standard error. `format`: "text" or "json" (one object a line: time, level, logger,
/// msg). `level` as spdlog names it.
void set_up_logging(const std::string& level, const std::string& format);

}  // namespace guildhall::telemetry
