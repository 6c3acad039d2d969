// What a structural schema can refuse, so that nothing in it is without a case.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace guildhall::tests::crd_rules {

// One thing that must be refused by at least one case. `path` is like spec.subjects[].name or spec.secret.labels{}.
struct Obligation {
  std::string path;
  std::string keyword;  // of the schema, such as maxLength; "rule" for CEL; "duplicate" for sets and maps
  std::string message;  // of a rule, else empty
};

// Every obligation of a schema. A property that has no other one must at least refuse a wrong type.
[[nodiscard]] std::vector<Obligation> obligations_of(const nlohmann::json& schema);

// Whether a cause ("spec.displayName: Too long: ...") shows that the obligation holds.
[[nodiscard]] bool shows(std::string_view cause, const Obligation& obligation);

// Every property of a schema, as paths.
[[nodiscard]] std::set<std::string> properties_of(const nlohmann::json& schema);

// Those of them that an object has.
[[nodiscard]] std::set<std::string> properties_in(const nlohmann::json& schema, const nlohmann::json& object);

}  // namespace guildhall::tests::crd_rules
