#include "operator/core/shallow_json.hpp"

#include <nlohmann/json.hpp>

namespace guildhall::core {

nlohmann::json parse_shallow_json(std::string_view text, const LeaveOut& leave_out) {
  using nlohmann::json;
  bool is_too_deep = false;
  int left_out_at = 0;  // the depth of the member whose value is being left out; 0: none
  const auto keep = [&](int depth, json::parse_event_t event, json& parsed) {
    const bool is_its_value = depth > left_out_at || (depth == left_out_at && event != json::parse_event_t::key);
    if (left_out_at > 0 && is_its_value) return false;
    left_out_at = 0;
    if (leave_out && event == json::parse_event_t::key && leave_out(depth, parsed.get_ref<const std::string&>())) {
      left_out_at = depth;
      return false;
    }
    is_too_deep = is_too_deep || depth > kDeepestJson;
    return !is_too_deep;
  };
  auto read = json::parse(text, keep, false);
  return is_too_deep ? json(json::value_t::discarded) : read;
}

}  // namespace guildhall::core
