// Figures: kept as JSON lines while they are made, so that tables are made from them and never typed.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace guildhall::benchmarks {

/// What the project wants of a figure's median.
struct Aim {
  enum class Side { AtMost, AtLeast };
  Side side = Side::AtMost;
  double limit = 0;
};

inline Aim at_most(double limit) {
  return {.side = Aim::Side::AtMost, .limit = limit};
}
inline Aim at_least(double limit) {
  return {.side = Aim::Side::AtLeast, .limit = limit};
}

/// One figure of one run.
struct Measurement {
  std::string scene;   ///< "2,000 ApiKeys"
  std::string figure;  ///< "time to all Ready"
  double value = 0;
  std::string unit;  ///< "s"; may be empty
  std::optional<Aim> aim;
};

nlohmann::json to_json(const Measurement& measurement);
Measurement measurement_of(const nlohmann::json& json);

/// The figures of one part, written to DIRECTORY/PART.jsonl as they come; what an earlier run left there goes.
/// Throws std::runtime_error when the file cannot be written.
class Recorder {
 public:
  Recorder(const std::filesystem::path& directory, std::string part);

  void add(const Measurement& measurement);
  [[nodiscard]] const std::string& part() const { return part_; }
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }

 private:
  std::string part_;
  std::filesystem::path file_;
};

/// Reads such a file. Throws std::runtime_error when there is none.
std::vector<Measurement> read_measurements(const std::filesystem::path& file);

}  // namespace guildhall::benchmarks
