#include "benchmarks/measurement.hpp"

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

namespace guildhall::benchmarks {

nlohmann::json to_json(const Measurement& measurement) {
  nlohmann::json json = {{"scene", measurement.scene},
                         {"figure", measurement.figure},
                         {"value", measurement.value},
                         {"unit", measurement.unit}};
  if (measurement.aim)
    json[measurement.aim->side == Aim::Side::AtMost ? "at_most" : "at_least"] = measurement.aim->limit;
  return json;
}

Measurement measurement_of(const nlohmann::json& json) {
  Measurement measurement{.scene = json.at("scene"),
                          .figure = json.at("figure"),
                          .value = json.at("value"),
                          .unit = json.at("unit"),
                          .aim = {}};
  if (json.contains("at_most")) measurement.aim = at_most(json.at("at_most"));
  if (json.contains("at_least")) measurement.aim = at_least(json.at("at_least"));
  return measurement;
}

Recorder::Recorder(const std::filesystem::path& directory, std::string part)
    : part_(std::move(part)), file_(directory / (part_ + ".jsonl")) {
  std::filesystem::create_directories(directory);
  if (!std::ofstream(file_, std::ios::trunc)) throw std::runtime_error("cannot write " + file_.string());
}

void Recorder::add(const Measurement& measurement) {
  std::ofstream stream(file_, std::ios::app);
  stream << to_json(measurement).dump() << '\n';
  if (!stream.flush()) throw std::runtime_error("cannot write " + file_.string());
}

std::vector<Measurement> read_measurements(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error("there is no " + file.string());
  std::vector<Measurement> measurements;
  for (std::string line; std::getline(stream, line);)
    measurements.push_back(measurement_of(nlohmann::json::parse(line)));
  return measurements;
}

}  // namespace guildhall::benchmarks
