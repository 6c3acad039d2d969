#include "operator/gate/access_line.hpp"

#include <nlohmann/json.hpp>

#include "operator/core/text.hpp"
#include "operator/core/token_quotes.hpp"

namespace guildhall::gate {

namespace {

constexpr std::size_t kLongestText = 1024;

std::string shown(const std::string& text) {
  return core::strike_tokens(std::string(core::cut_text(text, kLongestText)));
}

}  // namespace

std::string access_line(core::Timestamp time, const OriginalRequest& request, const Decision& decision) {
  nlohmann::ordered_json line = {{"kind", "GateRequest"},
                                 {"time", core::format_micro_timestamp(time)},
                                 {"organization", shown(request.organization)},
                                 {"deployment", shown(request.deployment)},
                                 {"method", shown(request.method)},
                                 {"path", shown(request.target.substr(0, request.target.find('?')))},
                                 {"outcome", to_string(decision.outcome)},
                                 {"status", status_of(decision.outcome)}};
  if (!decision.key.empty()) line["key"] = {{"namespace", decision.home}, {"name", decision.key}};
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace guildhall::gate
