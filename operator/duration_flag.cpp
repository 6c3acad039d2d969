#include "operator/duration_flag.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

namespace guildhall {
namespace {

/// As it can be written again: 15s, 500ms.
std::string format(std::chrono::milliseconds time) {
  return time.count() % 1000 == 0 ? fmt::format("{}s", time.count() / 1000) : fmt::format("{}ms", time.count());
}

}  // namespace

void add_duration(CLI::App& app, const std::string& flag, std::chrono::milliseconds& value, const std::string& help) {
  const std::map<std::string, std::int64_t> units{{"ms", 1}, {"s", 1000}, {"m", 60'000}};
  app.add_option_function<std::int64_t>(
         flag, [&value](std::int64_t milliseconds) { value = std::chrono::milliseconds{milliseconds}; }, help)
      ->transform(CLI::AsNumberWithUnit(units, CLI::AsNumberWithUnit::UNIT_REQUIRED).description(""))
      ->default_str(format(value))
      ->type_name("DURATION");
}

}  // namespace guildhall
