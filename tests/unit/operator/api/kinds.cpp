#include "tests/unit/operator/api/kinds.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

#include "crds/generator/crd_reader.hpp"
#include "operator/api/apikey.hpp"
#include "operator/api/member.hpp"
#include "operator/api/organization.hpp"

namespace guildhall::api {
namespace {

crds::generator::Kind model_of(const std::string& file) {
  std::ifstream stream(std::string(GUILDHALL_SOURCE_DIR) + "/crds/" + file);
  const std::string yaml{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  auto model = crds::generator::read_crd(yaml, file);
  if (model) return *model;
  std::cerr << file << ": " << model.error().front() << "\n";
  std::abort();
}

template <class T>
TestedKind tested(const std::string& file, core::Result<T> (*parse)(const nlohmann::json&)) {
  return {model_of(file),
          [parse](const nlohmann::json& object) -> core::Result<nlohmann::json> {
            const auto value = parse(object);
            if (!value) return std::unexpected(value.error());
            return to_json(*value);
          },
          [parse](const nlohmann::json& a, const nlohmann::json& b) {
            const auto left = parse(a);
            const auto right = parse(b);
            return left && right && *left == *right;
          }};
}

}  // namespace

const std::vector<TestedKind>& tested_kinds() {
  static const std::vector<TestedKind> kinds{tested("organizations.yaml", &parse_organization),
                                             tested("members.yaml", &parse_member),
                                             tested("apikeys.yaml", &parse_api_key)};
  return kinds;
}

const TestedKind& tested_kind(const std::string& name) {
  return *std::find_if(tested_kinds().begin(), tested_kinds().end(),
                       [&](const TestedKind& kind) { return kind.model.name == name; });
}

void PrintTo(const TestedKind& kind, std::ostream* out) {
  *out << kind.model.name;
}

}  // namespace guildhall::api
