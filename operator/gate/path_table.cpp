#include "operator/gate/path_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "operator/gate/paths_data.hpp"

namespace guildhall::gate {

namespace {

using core::ErrorKind;
using core::Result;
using nlohmann::json;

constexpr std::string_view kTenant = "<tenant>";
constexpr std::string_view kName = "<name>";
constexpr std::string_view kBelow = "/**";

/// The text up to the next slash behind the first character, which is one.
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

std::optional<std::uint32_t> parse_number(std::string_view text) {
  std::uint32_t number = 0;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto [stopped, error] = std::from_chars(begin, end, number);
  return error == std::errc() && stopped == end && !text.empty() ? std::optional(number) : std::nullopt;
}

/// A path in which the tenant is written as patterns write it.
struct TenantPath {
  std::string path;
  std::optional<Tenant> tenant;
};

TenantPath without_tenant(std::string_view path) {
  std::string_view rest = path;
  const std::string_view first = take_segment(rest);
  if ((first != "select" && first != "insert") || rest.empty()) return {std::string(path), std::nullopt};
  const auto tenant = parse_tenant(take_segment(rest));
  if (!tenant) return {std::string(path), std::nullopt};
  return {fmt::format("/{}/{}{}", first, kTenant, rest), tenant};
}

/// The patterns that an entry of "read", "write" or "closed" stands for.
std::vector<std::string> patterns_of(const json& entry, const json& lists) {
  const json& paths = entry.contains("list") ? lists.at(entry.at("list").get<std::string>()) : entry.at("paths");
  const std::string under = entry.value("under", "");
  std::vector<std::string> patterns;
  for (const json& path : paths)
    patterns.push_back(under + path.get<std::string>());
  return patterns;
}

constexpr std::array<std::pair<const char*, PathUse>, 3> kUses{
    {{"closed", PathUse::Closed}, {"read", PathUse::Read}, {"write", PathUse::Write}}};

}  // namespace

std::optional<Tenant> parse_tenant(std::string_view text) {
  const auto colon = text.find(':');
  const auto account = parse_number(text.substr(0, colon));
  const auto project = colon == std::string_view::npos ? std::optional(0U) : parse_number(text.substr(colon + 1));
  if (!account || !project) return std::nullopt;
  return Tenant{.account = *account, .project = *project};
}

PathTable::Pattern PathTable::pattern_of(std::string text, PathUse use) {
  const bool goes_on = text.ends_with(kBelow);
  if (goes_on) text.resize(text.size() - kBelow.size());
  Pattern pattern{.segments = {}, .goes_on = goes_on, .use = use};
  for (std::string_view rest = text; !rest.empty();)
    pattern.segments.emplace_back(take_segment(rest));
  return pattern;
}

void PathTable::add(Product& product, std::string pattern, PathUse use) {
  product.listed.emplace_back(pattern, use);
  if (!pattern.ends_with(kBelow) && pattern.find(kName) == std::string::npos) {
    product.exact.emplace(std::move(pattern), use);
  } else {
    product.patterns.push_back(pattern_of(std::move(pattern), use));
  }
}

PathTable::Product PathTable::product_of(const nlohmann::json& said, const nlohmann::json& lists) {
  Product product;
  product.optional_prefix = said.value("optionalPrefix", "");
  product.tenants = said.value("tenants", false);
  // Closed ones come first, so of two that fit they win.
  for (const auto& [word, use] : kUses) {
    for (const json& entry : said.at(word)) {
      for (std::string& pattern : patterns_of(entry, lists))
        add(product, std::move(pattern), use);
    }
  }
  return product;
}

Result<PathTable> PathTable::parse(std::string_view text) {
  PathTable table;
  std::string at = "the file";
  try {
    const json data = json::parse(text);
    for (const auto& [name, said] : data.at("products").items()) {
      at = name;
      table.products_[name] = product_of(said, data.at("lists"));
    }
  } catch (const json::exception& error) {
    return core::fail(ErrorKind::Invalid, fmt::format("the paths of {} cannot be read: {}", at, error.what()));
  }
  return table;
}

bool PathTable::fits(const Pattern& pattern, std::string_view path) {
  for (const std::string& wanted : pattern.segments) {
    if (path.empty()) return false;
    const std::string_view segment = take_segment(path);
    if (wanted == kName ? segment.empty() : segment != wanted) return false;
  }
  return pattern.goes_on ? !path.empty() : path.empty();
}

PathUse PathTable::use_of(const Product& product, const std::string& path) {
  if (const auto found = product.exact.find(path); found != product.exact.end()) return found->second;
  const auto found =
      std::ranges::find_if(product.patterns, [&path](const Pattern& pattern) { return fits(pattern, path); });
  return found == product.patterns.end() ? PathUse::Unknown : found->use;
}

ClassifiedPath PathTable::classify(std::string_view product, std::string_view path) const {
  const auto found = products_.find(product);
  // What patterns write for a tenant or a name would otherwise fit itself.
  if (found == products_.end() || path.find('<') != std::string_view::npos) return {};
  const std::string& prefix = found->second.optional_prefix;
  if (!prefix.empty() && path.starts_with(prefix + "/")) path.remove_prefix(prefix.size());
  if (!found->second.tenants) return {.use = use_of(found->second, std::string(path)), .tenant = std::nullopt};
  const TenantPath parted = without_tenant(path);
  return {.use = use_of(found->second, parted.path), .tenant = parted.tenant};
}

/// Whether some path fits both it and a closed pattern. Their own segments tell, as no two patterns cross otherwise.
bool PathTable::fits_closed(const Product& product, const std::string& pattern) {
  const Pattern open = pattern_of(pattern, PathUse::Unknown);
  return std::ranges::any_of(product.listed, [&](const auto& other) {
    if (other.second != PathUse::Closed) return false;
    std::string example = other.first;
    if (example.ends_with(kBelow)) example.replace(example.size() - 2, 2, "x");
    return fits(open, example);
  });
}

std::vector<std::string> PathTable::open_patterns(std::string_view product, PathUse use) const {
  std::vector<std::string> patterns;
  const auto found = products_.find(product);
  if (found == products_.end()) return patterns;
  for (const auto& [pattern, its_use] : found->second.listed) {
    if (its_use == use && !fits_closed(found->second, pattern)) patterns.push_back(pattern);
  }
  return patterns;
}

std::string PathTable::optional_prefix(std::string_view product) const {
  const auto found = products_.find(product);
  return found == products_.end() ? "" : found->second.optional_prefix;
}

const PathTable& path_table() {
  static const PathTable kTable = PathTable::parse(kPathsData).value();
  return kTable;
}

}  // namespace guildhall::gate
