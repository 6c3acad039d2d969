#include "operator/page/stylesheet.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <regex>
#include <string>

namespace guildhall::page {
namespace {

/// The colours of a scheme by name; #abc is #aabbcc.
std::map<std::string, std::string> colours(const std::string& block) {
  static const std::regex colour("--([a-z]+):#([0-9a-f]{6}|[0-9a-f]{3})[;}]");
  std::map<std::string, std::string> found;
  for (std::sregex_iterator at(block.begin(), block.end(), colour); at != std::sregex_iterator(); ++at) {
    std::string value = (*at)[2];
    if (value.size() == 3) value = {value[0], value[0], value[1], value[1], value[2], value[2]};
    found[(*at)[1]] = value;
  }
  return found;
}

/// WCAG 2.2, "relative luminance".
double luminance(const std::string& colour) {
  const auto part = [&](std::size_t at) {
    const double value = std::stoi(colour.substr(at, 2), nullptr, 16) / 255.0;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4);
}

double contrast(const std::string& a, const std::string& b) {
  const auto [low, high] = std::minmax<double>({luminance(a), luminance(b)});
  return (high + 0.05) / (low + 0.05);
}

class Scheme : public testing::TestWithParam<bool> {};

TEST_P(Scheme, HasTheContrastOfWcagAA) {
  const std::string sheet(stylesheet());
  const auto dark = sheet.find("@media(prefers-color-scheme:dark)");
  ASSERT_NE(dark, std::string::npos);
  const auto colour = colours(GetParam() ? sheet.substr(dark) : sheet.substr(0, dark));
  for (const auto& [text, behind] :
       {std::pair{"text", "card"}, {"soft", "card"}, {"soft", "ground"}, {"good", "card"}, {"on", "accent"}})
    EXPECT_GE(contrast(colour.at(text), colour.at(behind)), 4.5) << text << " on " << behind;
  for (const auto& [control, behind] : {std::pair{"control", "card"}, {"accent", "card"}, {"accent", "ground"}})
    EXPECT_GE(contrast(colour.at(control), colour.at(behind)), 3) << control << " on " << behind;
}

INSTANTIATE_TEST_SUITE_P(, Scheme, testing::Bool(), [](const auto& info) { return info.param ? "Dark" : "Light"; });

TEST(Contrast, IsThatOfTheStandard) {
  EXPECT_NEAR(contrast("000000", "ffffff"), 21, 0.01);
  EXPECT_NEAR(contrast("777777", "ffffff"), 4.48, 0.01);
}

}  // namespace
}  // namespace guildhall::page
