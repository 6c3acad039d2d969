#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "operator/core/result.hpp"

namespace guildhall::gate {

/// A tenant of a cluster. Source: VictoriaMetrics, "Cluster version", multitenancy.
struct Tenant {
  std::uint32_t account = 0;
  std::uint32_t project = 0;
  bool operator==(const Tenant&) const = default;
};

/// "7" or "7:3". Unset: it is none, as "multitenant".
std::optional<Tenant> parse_tenant(std::string_view text);

/// What may be done by a path.
enum class PathUse {
  Read,
  Write,
  Closed,   ///< listed as closed to every key: it destroys, or is the operator's
  Unknown,  ///< not listed, which is as good as closed
};

struct ClassifiedPath {
  PathUse use = PathUse::Unknown;
  std::optional<Tenant> tenant;  ///< that the path names
  bool operator==(const ClassifiedPath&) const = default;
};

/// The paths of the products, as paths.json has them. Immutable, so thread-safe.
///
/// A pattern is a path; `<tenant>` in it stands for a tenant, `<name>` for any one segment, and `/**` at its end for
/// whatever comes below. A path that is listed word by word is found at once; of the patterns that fit, Closed wins.
class PathTable {
 public:
  /// Reads the data file's text. Errors: Invalid, naming the product, for one that is not as it should be.
  static core::Result<PathTable> parse(std::string_view text);

  /// `product`: "VMSingle", …; `path`: of clean_path().
  [[nodiscard]] ClassifiedPath classify(std::string_view product, std::string_view path) const;

  /// The patterns of what is open for that use, for whoever cannot say which paths are not: one that fits a closed
  /// path, too, is left out. In the file's order. Empty for a product that is not known.
  [[nodiscard]] std::vector<std::string> open_patterns(std::string_view product, PathUse use) const;
  /// What may stand before every path of the product, and means nothing; empty: nothing may.
  [[nodiscard]] std::string optional_prefix(std::string_view product) const;

 private:
  struct Pattern {
    std::vector<std::string> segments;
    bool goes_on = false;  ///< ends with /**
    PathUse use;
  };
  struct Product {
    std::string optional_prefix;
    bool tenants = false;  ///< may stand in its paths
    std::unordered_map<std::string, PathUse> exact;
    std::vector<Pattern> patterns;
    std::vector<std::pair<std::string, PathUse>> listed;  ///< all of them, as they are written
  };

  static Product product_of(const nlohmann::json& said, const nlohmann::json& lists);
  static Pattern pattern_of(std::string text, PathUse use);
  static bool fits(const Pattern& pattern, std::string_view path);
  static bool fits_closed(const Product& product, const std::string& pattern);
  static void add(Product& product, std::string pattern, PathUse use);
  static PathUse use_of(const Product& product, const std::string& path);

  std::map<std::string, Product, std::less<>> products_;
};

/// The one that is built in.
const PathTable& path_table();

}  // namespace guildhall::gate
