// The writes that the operator makes for an ApiKey, without an operator: what the API server can take at most.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "benchmarks/world.hpp"

namespace guildhall::benchmarks {

/// What the operator wrote for one ApiKey, to be written for others.
struct Templates {
  nlohmann::json status;
  nlohmann::json secret;
  std::vector<nlohmann::json> events;
};

/// Has the running operator serve one ApiKey, keeps what it wrote, and removes it. Organizations must be there.
Templates record_templates(World& world);

/// What a write needs to know of an ApiKey.
struct Standing {
  std::string uid;
  std::string resource_version;
};

/// Applies ApiKeys 0 to `count` - 1.
std::vector<Standing> apply_for_bare_loop(World& world, std::size_t count);

/// For each of them, with the operator's identity, client and number of workers: status, Secret, Event, status.
void run_bare_loop(World& world, const Templates& templates, const std::vector<Standing>& standings);

}  // namespace guildhall::benchmarks
