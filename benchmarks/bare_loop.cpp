#include "benchmarks/bare_loop.hpp"

#include <algorithm>
#include <stdexcept>

#include "operator/api/apikey.hpp"
#include "tests/cluster/eventually.hpp"

namespace guildhall::benchmarks {
namespace {

using nlohmann::json;
using tests::cluster::eventually;
using tests::cluster::Observation;

constexpr std::size_t kWorkers = 8;  ///< as the operator's --workers

void require(const testing::AssertionResult& result) {
  if (!result) throw std::runtime_error(result.message());
}

bool is_ready(const json& object) {
  const auto status = object.find("status");
  if (status == object.end() || !status->contains("conditions")) return false;
  return std::ranges::any_of(status->at("conditions"), [](const json& condition) {
    return condition.at("type") == "Ready" && condition.at("status") == "True";
  });
}

/// What was sent for a Secret, taken from what stands.
json applied_secret(const json& secret) {
  const json& metadata = secret.at("metadata");
  json applied = {{"apiVersion", "v1"}, {"kind", "Secret"}, {"type", secret.at("type")}, {"data", secret.at("data")}};
  for (const char* part : {"labels", "annotations", "ownerReferences"}) {
    if (metadata.contains(part)) applied["metadata"][part] = metadata.at(part);
  }
  return applied;
}

/// What was sent for each Event about the key.
std::vector<json> created_events(World& world, const core::ObjectKey& key) {
  std::vector<json> events;
  kube::ListOptions options;
  options.selection = {.ns = key.ns, .label_selector = {}, .field_selector = "regarding.name=" + key.name};
  for (json& event : expect(world.admin().list(core::types::events(), options)).items) {
    event["apiVersion"] = core::types::events().api_version();
    event["kind"] = core::types::events().kind;
    event["metadata"] = {{"name", event.at("metadata").at("name")}, {"namespace", key.ns}};
    std::erase_if(event.get_ref<json::object_t&>(),
                  [](const auto& field) { return field.first.starts_with("deprecated"); });
    events.push_back(std::move(event));
  }
  return events;
}

void remove_key(World& world, const core::ObjectKey& key) {
  expect(world.admin().remove(api::api_key_type(), key, {}));
  require(eventually("the Secret goes with the ApiKey", [&] {
    const auto secret = world.admin().get(core::types::secrets(), key);
    return Observation{.holds = !secret && secret.error().kind == core::ErrorKind::NotFound, .seen = {}};
  }));
}

/// One key on its way.
class BareKey {
 public:
  BareKey(World& world, const Templates& templates, core::ObjectKey key, const Standing& standing)
      : world_(world), templates_(templates), key_(std::move(key)), standing_(standing) {}

  void write() {
    json issuing = templates_.status;
    issuing["phase"] = "Pending";
    for (auto& condition : issuing["conditions"]) {
      if (condition.at("type") == "Ready") condition["status"] = "False";
    }
    write_status(issuing);
    write_secret();
    for (const json& event : templates_.events)
      write_event(event);
    write_status(templates_.status);
  }

 private:
  void write_status(const json& status) {
    json object = core::object_head(api::api_key_type(), key_);
    object["metadata"]["resourceVersion"] = standing_.resource_version;
    object["metadata"]["uid"] = standing_.uid;
    object["status"] = status;
    const auto answer = expect(world_.operator_account().apply(api::api_key_type(), key_, object,
                                                               kube::ApplyOptions{.subresource = "status"}));
    standing_.resource_version = answer.at("metadata").at("resourceVersion");
  }

  void write_secret() {
    json secret = templates_.secret;
    secret["metadata"]["namespace"] = key_.ns;
    secret["metadata"]["name"] = key_.name;
    for (auto& owner : secret["metadata"]["ownerReferences"]) {
      owner["name"] = key_.name;
      owner["uid"] = standing_.uid;
    }
    expect(world_.operator_account().apply(core::types::secrets(), key_, secret, {}));
  }

  void write_event(json event) {
    event["metadata"]["namespace"] = key_.ns;
    // The name ends in a hash, which holds no dot.
    const std::string name = event["metadata"]["name"];
    event["metadata"]["name"] = key_.name + name.substr(name.rfind('.'));
    event["regarding"]["namespace"] = key_.ns;
    event["regarding"]["name"] = key_.name;
    event["regarding"]["uid"] = standing_.uid;
    expect(world_.operator_account().create(core::types::events(), key_.ns, event));
  }

  World& world_;
  const Templates& templates_;
  core::ObjectKey key_;
  Standing standing_;
};

}  // namespace

Templates record_templates(World& world) {
  world.apply_api_key(0);
  const core::ObjectKey key = api_key_at(0);
  Templates templates;
  require(eventually("the first ApiKey is Ready", [&] {
    const json object = expect(world.admin().get(api::api_key_type(), key));
    if (is_ready(object)) templates.status = object.at("status");
    return Observation{.holds = is_ready(object), .seen = object.dump()};
  }));
  templates.secret = applied_secret(expect(world.admin().get(core::types::secrets(), key)));
  templates.events = created_events(world, key);
  remove_key(world, key);
  return templates;
}

std::vector<Standing> apply_for_bare_loop(World& world, std::size_t count) {
  std::vector<Standing> standings(count);
  in_parallel(count, kWorkers, [&](std::size_t index) {
    const json metadata = world.apply_api_key(index).at("metadata");
    standings[index] = {.uid = metadata.at("uid"), .resource_version = metadata.at("resourceVersion")};
  });
  return standings;
}

void run_bare_loop(World& world, const Templates& templates, const std::vector<Standing>& standings) {
  in_parallel(standings.size(), kWorkers,
              [&](std::size_t index) { BareKey(world, templates, api_key_at(index), standings[index]).write(); });
}

}  // namespace guildhall::benchmarks
