#include "operator/api/json_writer.hpp"

namespace guildhall::api {

nlohmann::json write(const std::string& value) {
  return value;
}

nlohmann::json write(bool value) {
  return value;
}

nlohmann::json write(std::int64_t value) {
  return value;
}

nlohmann::json write(core::Timestamp value) {
  return value == core::floor_to_seconds(value) ? core::format_timestamp(value) : core::format_micro_timestamp(value);
}

nlohmann::json write(const nlohmann::json& value) {
  return value;
}

nlohmann::json write(const core::Condition& value) {
  nlohmann::json object{{"type", value.type},
                        {"status", value.status ? "True" : "False"},
                        {"reason", value.reason},
                        {"message", value.message},
                        {"lastTransitionTime", write(value.last_transition_time)}};
  if (value.observed_generation != 0) object["observedGeneration"] = value.observed_generation;
  return object;
}

}  // namespace guildhall::api
