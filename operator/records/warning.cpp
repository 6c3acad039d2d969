#include "operator/records/warning.hpp"

#include <nlohmann/json.hpp>

namespace guildhall::records {

std::string warning_header(const std::vector<std::string>& warnings) {
  std::string value;
  for (const std::string& warning : warnings) {
    const std::string quoted = nlohmann::json(warning).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    value += (value.empty() ? "299 - " : ", 299 - ") + quoted;
  }
  return value;
}

}  // namespace guildhall::records
