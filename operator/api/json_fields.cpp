#include "operator/api/json_fields.hpp"

#include <algorithm>

namespace guildhall::api {
namespace {

using nlohmann::json;

std::string article(const json& value) {
  switch (value.type()) {
    case json::value_t::null:
      return "null";
    case json::value_t::object:
      return "an object";
    case json::value_t::array:
      return "a list";
    case json::value_t::string:
      return "a string";
    case json::value_t::boolean:
      return "a boolean";
    default:
      return "a number";
  }
}

json owner_json(const core::OwnerReference& owner) {
  json object{{"apiVersion", owner.api_version}, {"kind", owner.kind}, {"name", owner.name}, {"uid", owner.uid}};
  if (owner.controller) object["controller"] = true;
  return object;
}

void put_text(json& object, const char* name, const std::string& text) {
  if (!text.empty()) object[name] = text;
}

template <class List>
void put_list(json& object, const char* name, const List& list) {
  if (!list.empty()) object[name] = list;
}

}  // namespace

std::string JsonPath::to_string() const {
  const std::string before = parent == nullptr ? std::string{} : parent->to_string();
  if (parent == nullptr) return std::string(name);
  if (name.empty()) return before + "[" + std::to_string(index) + "]";
  return before.empty() ? std::string(name) : before + "." + std::string(name);
}

void ReadProblem::note(std::string message, const JsonPath& path) {
  if (error) return;
  const std::string place = path.to_string();
  error =
      core::fail(core::ErrorKind::Invalid, (place.empty() ? "the object" : place) + ": " + std::move(message)).error();
}

void ReadProblem::expected(const char* what, const json& value, const JsonPath& path) {
  if (!error) note(std::string("expected ") + what + ", got " + article(value), path);
}

void read_value(const json& value, const JsonPath& path, ReadProblem& problem, std::string& out) {
  if (!value.is_string()) return problem.expected("a string", value, path);
  out = value.get_ref<const std::string&>();
}

void read_value(const json& value, const JsonPath& path, ReadProblem& problem, bool& out) {
  if (!value.is_boolean()) return problem.expected("a boolean", value, path);
  out = value.get<bool>();
}

void read_value(const json& value, const JsonPath& path, ReadProblem& problem, std::int64_t& out) {
  if (!value.is_number_integer()) return problem.expected("an integer", value, path);
  out = value.get<std::int64_t>();
}

void read_value(const json& value, const JsonPath& path, ReadProblem& problem, core::Timestamp& out) {
  if (!value.is_string()) return problem.expected("a time", value, path);
  const auto time = core::parse_timestamp(value.get_ref<const std::string&>());
  if (!time) return problem.note(time.error().message, path);
  out = *time;
}

void read_value(const json& value, const JsonPath& path, ReadProblem& problem,
                std::map<std::string, std::string>& out) {
  if (!value.is_object()) return problem.expected("an object", value, path);
  for (const auto& [name, text] : value.items())
    read_value(text, JsonPath{&path, name, 0}, problem, out[name]);
}

void read_value(const json& value, const JsonPath& path, ReadProblem& problem, core::Condition& out) {
  FieldReader in(value, path, problem);
  std::string status;
  in.required("type", out.type);
  in.required("status", status);
  in.required("reason", out.reason);
  in.required("message", out.message);
  in.required("lastTransitionTime", out.last_transition_time);
  in.optional("observedGeneration", out.observed_generation);
  out.status = status == "True";
}

const json* FieldReader::find(const char* name) {
  known_.emplace_back(name);
  if (!object_.is_object()) return nullptr;
  const auto found = object_.find(name);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

json FieldReader::rest() const {
  json unknown;
  if (!object_.is_object()) return unknown;
  for (const auto& [name, value] : object_.items()) {
    if (std::find(known_.begin(), known_.end(), name) == known_.end()) unknown[name] = value;
  }
  return unknown;
}

json json_of(const std::string& value) {
  return value;
}

json json_of(bool value) {
  return value;
}

json json_of(std::int64_t value) {
  return value;
}

json json_of(core::Timestamp value) {
  return core::format_timestamp(value);
}

json json_of(const std::map<std::string, std::string>& value) {
  return value;
}

json json_of(const core::Condition& value) {
  return {{"type", value.type},
          {"status", value.status ? "True" : "False"},
          {"reason", value.reason},
          {"message", value.message},
          {"lastTransitionTime", core::format_timestamp(value.last_transition_time)},
          {"observedGeneration", value.observed_generation}};
}

json metadata_json(const core::ObjectMeta& metadata) {
  json object{{"name", metadata.name}};
  put_text(object, "namespace", metadata.ns);
  put_text(object, "uid", metadata.uid);
  put_text(object, "resourceVersion", metadata.resource_version);
  if (metadata.generation != 0) object["generation"] = metadata.generation;
  if (metadata.creation_timestamp != core::Timestamp{})
    object["creationTimestamp"] = core::format_timestamp(metadata.creation_timestamp);
  if (metadata.deletion_timestamp) object["deletionTimestamp"] = core::format_timestamp(*metadata.deletion_timestamp);
  put_list(object, "labels", metadata.labels);
  put_list(object, "annotations", metadata.annotations);
  put_list(object, "finalizers", metadata.finalizers);
  for (const auto& owner : metadata.owner_references)
    object["ownerReferences"].push_back(owner_json(owner));
  return object;
}

}  // namespace guildhall::api
