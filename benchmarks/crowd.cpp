#include "benchmarks/crowd.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "operator/api/member.hpp"
#include "operator/api/organization.hpp"
#include "operator/core/condition.hpp"
#include "operator/core/object_meta.hpp"
#include "tests/cluster/eventually.hpp"

namespace guildhall::benchmarks {
namespace {

using nlohmann::json;

constexpr std::size_t kAppliers = 8;
constexpr std::chrono::minutes kLimit{10};

void make_namespaces(World& world, const std::vector<std::string>& names) {
  in_parallel(names.size(), kAppliers, [&](std::size_t index) {
    const core::ObjectKey key{"", names[index]};
    expect(world.admin().apply(core::types::namespaces(), key, core::object_head(core::types::namespaces(), key), {}));
  });
}

void make_organization(World& world, const Crowd& crowd) {
  json object = core::object_head(api::organization_type(), {"", crowd.name});
  object["spec"] = {{"displayName", "Benchmark"}, {"namespaces", namespaces_of(crowd)}};
  expect(world.admin().apply(api::organization_type(), {"", crowd.name}, object, {}));
}

void make_members(World& world, const Crowd& crowd) {
  in_parallel(crowd.members, kAppliers, [&](std::size_t index) {
    const core::ObjectKey key{crowd.name, member_name(index)};
    json object = core::object_head(api::member_type(), key);
    object["spec"] = {{"email", email_of(crowd, index)},
                      {"role", index % 10 == 0 ? "Admin" : "Editor"},
                      {"invitation", {{"delivery", "None"}}}};
    expect(world.admin().apply(api::member_type(), key, object, {}));
  });
}

bool has_its_role(const json& object) {
  const auto member = expect(api::parse_member(object));
  const auto* bound = core::find_condition(member.status.conditions, "RoleBound");
  return bound != nullptr && bound->status && bound->observed_generation == member.metadata.generation;
}

std::size_t count_bound(World& world, const Crowd& crowd) {
  std::size_t bound = 0;
  kube::ListOptions options;
  options.selection.ns = crowd.name;
  do {
    const auto page = expect(world.admin().list(api::member_type(), options));
    for (const json& item : page.items)
      bound += has_its_role(item) ? 1 : 0;
    options.continue_token = page.continue_token;
  } while (!options.continue_token.empty());
  return bound;
}

}  // namespace

std::string member_name(std::size_t index) {
  return fmt::format("m{:04}", index);
}

std::string email_of(const Crowd& crowd, std::size_t index) {
  return member_name(index) + "@" + crowd.name + ".example";
}

std::vector<std::string> namespaces_of(const Crowd& crowd) {
  std::vector<std::string> names;
  names.reserve(crowd.namespaces);
  for (std::size_t index = 0; index < crowd.namespaces; ++index)
    names.push_back(fmt::format("{}-{:02}", crowd.name, index));
  return names;
}

void make_crowd(World& world, const Crowd& crowd) {
  progress(fmt::format("{} Members in {} namespaces", crowd.members, crowd.namespaces));
  auto names = namespaces_of(crowd);
  names.push_back(crowd.name);
  make_namespaces(world, names);
  make_organization(world, crowd);
  make_members(world, crowd);
  const auto all = tests::cluster::eventually(
      "every Member has its role",
      [&] {
        const std::size_t bound = count_bound(world, crowd);
        return tests::cluster::Observation{.holds = bound == crowd.members, .seen = std::to_string(bound)};
      },
      kLimit);
  if (!all) throw std::runtime_error(all.message());
}

}  // namespace guildhall::benchmarks
