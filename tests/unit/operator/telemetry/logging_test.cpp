#include "operator/telemetry/logging.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <spdlog/spdlog.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <regex>

#include "operator/core/timestamp.hpp"

namespace guildhall::telemetry {
namespace {

std::string logged(const std::string& level, const std::string& format, const std::function<void()>& write) {
  testing::internal::CaptureStderr();
  set_up_logging(level, format);
  write();
  return testing::internal::GetCapturedStderr();
}

TEST(Logging, WritesATimeALevelAndTheText) {
  const std::string line = logged("info", "text", [] { spdlog::info("leads as {}", "guildhall-0"); });
  EXPECT_TRUE(
      std::regex_match(line, std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z info    leads as guildhall-0\n)")))
      << line;
}

TEST(Logging, WritesOneJsonObjectALine) {
  const std::string text = logged("info", "json", [] {
    spdlog::info("first");
    spdlog::error("second");
  });
  std::istringstream lines(text);
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  const auto first = nlohmann::json::parse(line);
  EXPECT_EQ(first.at("level"), "info");
  EXPECT_EQ(first.at("msg"), "first");
  EXPECT_EQ(first.at("logger"), "guildhall");
  EXPECT_TRUE(core::parse_timestamp(first.at("time").get<std::string>()));
  EXPECT_EQ(first.size(), 4U);
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_EQ(nlohmann::json::parse(line).at("level"), "error");
  EXPECT_FALSE(std::getline(lines, line));
}

TEST(Logging, LetsNoTextBreakOutOfItsJsonString) {
  const std::string evil = "a\"}\n{\"level\":\"error\",\"msg\":\"forged\"}\r\t\x01\\ \xff";
  const std::string text = logged("info", "json", [&] { spdlog::info("{}", evil); });
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  const auto object = nlohmann::json::parse(text);
  EXPECT_EQ(object.at("level"), "info");
  EXPECT_TRUE(object.at("msg").get<std::string>().starts_with("a\"}\n{\"level\":\"error\""));
  EXPECT_TRUE(object.at("msg").get<std::string>().ends_with("\\ \xEF\xBF\xBD")) << "a byte that is no UTF-8";
}

TEST(Logging, KeepsATextOnItsLine) {
  const std::string text = logged("info", "text", [] { spdlog::info("a\n2026 error forged\r\x1b[2Jé"); });
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_TRUE(text.ends_with("info    a\\n2026 error forged\\x0d\\x1b[2Jé\n")) << text;
}

TEST(Logging, LeavesOutWhatIsBelowItsLevel) {
  const auto write = [] {
    spdlog::debug("detail");
    spdlog::info("news");
    spdlog::warn("trouble");
    spdlog::error("failure");
  };
  EXPECT_EQ(logged("error", "text", write).find("trouble"), std::string::npos);
  EXPECT_NE(logged("error", "text", write).find("failure"), std::string::npos);
  EXPECT_EQ(logged("warn", "text", write).find("news"), std::string::npos);
  EXPECT_NE(logged("warn", "text", write).find("trouble"), std::string::npos);
  EXPECT_EQ(logged("info", "text", write).find("detail"), std::string::npos);
  EXPECT_NE(logged("debug", "text", write).find("detail"), std::string::npos);
}

}  // namespace
}  // namespace guildhall::telemetry
