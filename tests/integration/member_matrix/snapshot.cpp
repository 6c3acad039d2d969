#include "tests/integration/member_matrix/snapshot.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace guildhall::tests::member_matrix {

namespace {

using nlohmann::json;

constexpr const char* kWhatCounts =
    "organizations,members,apikeys,roles,rolebindings,clusterroles,clusterrolebindings,secrets,serviceaccounts,"
    "namespaces,pods,vmsingles,certificatesigningrequests,validatingadmissionpolicybindings";

json without_status(json object) {
  object["metadata"].erase("managedFields");
  if (object.erase("status") == 0) return object;
  object["metadata"].erase("resourceVersion");
  object["metadata"].erase("generation");
  return object;
}

}  // namespace

Snapshot take_snapshot(const cluster::Kubectl& superuser) {
  Snapshot snapshot;
  const json listed = superuser.get({kWhatCounts, "-A"});
  for (const auto& object : listed.at("items")) {
    const json& meta = object.at("metadata");
    snapshot[object.at("kind").get<std::string>() + " " + meta.value("namespace", "") + "/" +
             meta.at("name").get<std::string>()] = without_status(object).dump();
  }
  return snapshot;
}

std::string difference(const Snapshot& before, const Snapshot& after) {
  std::string lines;
  for (const auto& [name, object] : before) {
    const auto found = after.find(name);
    if (found == after.end()) {
      lines += name + " is gone\n";
    } else if (found->second != object) {
      lines += fmt::format("{} was changed: {}\n  -> {}\n", name, object, found->second);
    }
  }
  for (const auto& [name, object] : after) {
    if (!before.contains(name)) lines += fmt::format("{} is new: {}\n", name, object);
  }
  return lines;
}

}  // namespace guildhall::tests::member_matrix
