#include "operator/duration_flag.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "operator/core/go_duration.hpp"

namespace guildhall {
namespace {

/// As it can be written again: 15s, 500ms.
std::string format(std::chrono::milliseconds time) {
  return time.count() % 1000 == 0 ? fmt::format("{}s", time.count() / 1000) : fmt::format("{}ms", time.count());
}

/// CLI11's way: replaces the text by the number of milliseconds, or says what is wrong.
std::string to_milliseconds(std::string& text) {
  const auto time = core::parse_go_duration(text);
  if (!time) return time.error().message;
  text = std::to_string(time->count());
  return {};
}

}  // namespace

void add_duration(CLI::App& app, const std::string& flag, std::chrono::milliseconds& value, const std::string& help) {
  app.add_option_function<std::int64_t>(
         flag, [&value](std::int64_t milliseconds) { value = std::chrono::milliseconds{milliseconds}; }, help)
      ->transform(CLI::Validator(to_milliseconds, ""))
      ->default_str(format(value))
      ->type_name("DURATION");
}

}  // namespace guildhall
