// The tables of tests/integration/manifests.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace guildhall::tests::crd_rules {

// One manifest and what the API server must say to it.
struct Case {
  std::string name;
  std::string object;                    // metadata.name; empty: one that no other case has
  nlohmann::json set;                    // a merge patch (RFC 7386) of the table's spec: the object that is created
  std::optional<nlohmann::json> old;     // the same for an object that exists: then `set` is a patch of that one
  std::optional<nlohmann::json> status;  // a merge patch of the table's status: then the status is written
  std::vector<std::string> rejected;     // every cause as "field: message", sorted; empty: accepted

  [[nodiscard]] bool accepted() const { return rejected.empty(); }
};

struct Table {
  std::string kind;
  std::string resource;
  bool namespaced = false;
  nlohmann::json crd;  // the CustomResourceDefinition itself
  nlohmann::json spec;
  nlohmann::json status;
  std::vector<Case> cases;

  // The object that a case creates or, with `old`, ends with; with `status`, what is written.
  [[nodiscard]] nlohmann::json object_of(const Case& one) const;
  // The object that a case with `old` begins with.
  [[nodiscard]] nlohmann::json old_object_of(const Case& one) const;
  // spec.versions[0].schema.openAPIV3Schema of the CRD.
  [[nodiscard]] const nlohmann::json& schema() const;
};

// The table of a kind ("organization", "member", "apikey") with its CRD. Throws std::runtime_error for a file that
// cannot be read and nlohmann::json::exception for one of another form.
[[nodiscard]] Table read_table(const std::string& kind);

}  // namespace guildhall::tests::crd_rules
