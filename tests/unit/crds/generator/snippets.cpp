#include "tests/unit/crds/generator/snippets.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "crds/generator/crd_reader.hpp"

namespace guildhall::crds::generator {

std::string crd_with(const std::string& spec_properties, const std::string& status_properties,
                     const std::string& spec_required) {
  return fmt::format(
      "{{kind: CustomResourceDefinition, spec: {{group: guildhall.dev, scope: Namespaced, names: {{kind: ApiKey, "
      "plural: apikeys}}, versions: [{{name: v1alpha1, schema: {{openAPIV3Schema: {{type: object, description: A "
      "credential., required: [spec], properties: {{spec: {{type: object, description: What is wanted., required: {}, "
      "properties: {}}}, status: {{type: object, description: What is., properties: {}}}}}}}}}}}]}}}}",
      spec_required, spec_properties, status_properties);
}

Kind kind_with(const std::string& spec_properties, const std::string& status_properties,
               const std::string& spec_required) {
  auto kind = read_crd(crd_with(spec_properties, status_properties, spec_required), "apikeys.yaml");
  if (kind) return *kind;
  ADD_FAILURE() << fmt::format("{}", fmt::join(kind.error(), "\n"));
  return {};
}

}  // namespace guildhall::crds::generator
