#include "operator/telemetry/logging.hpp"

#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

#include "operator/core/timestamp.hpp"

namespace guildhall::telemetry {
namespace {

/// Builds the whole line with the JSON library, so that no message can break out of its string.
class JsonFormatter final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) override {
    const nlohmann::json object{
        {"time", core::format_micro_timestamp(std::chrono::time_point_cast<std::chrono::microseconds>(message.time))},
        {"level", level_name(message.level)},
        {"logger", std::string(message.logger_name.data(), message.logger_name.size())},
        {"msg", std::string(message.payload.data(), message.payload.size())}};
    const std::string text = object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    line.append(text.data(), text.data() + text.size());
  }

  [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<JsonFormatter>(); }

 private:
  static std::string level_name(spdlog::level::level_enum level) {
    const auto name = spdlog::level::to_string_view(level);
    return {name.data(), name.size()};
  }
};

/// The message with its control characters written out: one message is one line, whatever a server or user put into it.
class OneLine final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm& /*time*/, spdlog::memory_buf_t& line) override {
    for (const char c : message.payload) {
      if (const auto byte = static_cast<unsigned char>(c); byte >= 0x20 && byte != 0x7f) {
        line.push_back(c);
      } else if (c == '\n') {
        fmt::format_to(std::back_inserter(line), "\\n");
      } else {
        fmt::format_to(std::back_inserter(line), "\\x{:02x}", byte);
      }
    }
  }

  [[nodiscard]] std::unique_ptr<spdlog::custom_flag_formatter> clone() const override {
    return std::make_unique<OneLine>();
  }
};

std::unique_ptr<spdlog::formatter> text_formatter() {
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  formatter->add_flag<OneLine>('*').set_pattern("%Y-%m-%dT%H:%M:%S.%fZ %^%-7l%$ %*");
  return formatter;
}

}  // namespace

void set_up_logging(const std::string& level, const std::string& format) {
  auto logger = std::make_shared<spdlog::logger>("guildhall", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_formatter(format == "json" ? std::make_unique<JsonFormatter>() : text_formatter());
  logger->set_level(spdlog::level::from_str(level));
  logger->flush_on(spdlog::level::trace);
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace guildhall::telemetry
