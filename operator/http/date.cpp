#include "operator/http/date.hpp"

#include <fmt/chrono.h>

namespace guildhall::http {

std::string http_date(core::Timestamp time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)));
}

}  // namespace guildhall::http
