#include "operator/gate/access_line.hpp"

#include <nlohmann/json.hpp>
#include <string_view>

#include "operator/core/text.hpp"
#include "operator/core/token_quotes.hpp"
#include "operator/http/percent_encoding.hpp"

namespace guildhall::gate {

namespace {

constexpr std::size_t kLongestText = 1024;

std::string shown(const std::string& text) {
  return core::strike_tokens(std::string(core::cut_text(text, kLongestText)));
}

/// Each %XX as its byte, what is none as it is.
std::string decoded(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto escaped = http::escaped_byte(text);
    result += escaped.value_or(text.front());
    text.remove_prefix(escaped ? 3 : 1);
  }
  return result;
}

/// A token's secret is longer than the parts of paths that there are, so no whole one is shown, in whatever disguise.
std::string path_of(std::string_view target) {
  constexpr std::size_t kLongestPart = 40;
  const std::string path = decoded(target.substr(0, target.find('?')));
  std::string result;
  for (std::string_view rest = path; !rest.empty();) {
    const std::string_view part = rest.substr(0, rest.find('/'));
    result += part.size() > kLongestPart ? std::string_view("...") : part;
    rest.remove_prefix(part.size());
    if (rest.empty()) break;
    result += '/';
    rest.remove_prefix(1);
  }
  return shown(result);
}

}  // namespace

std::string access_line(core::Timestamp time, const OriginalRequest& request, const Decision& decision) {
  nlohmann::ordered_json line = {{"kind", "GateRequest"},
                                 {"time", core::format_micro_timestamp(time)},
                                 {"organization", shown(request.organization)},
                                 {"deployment", shown(request.deployment)},
                                 {"method", shown(request.method)},
                                 {"path", path_of(request.target)},
                                 {"outcome", to_string(decision.outcome)},
                                 {"status", status_of(decision.outcome)}};
  if (!decision.key.empty()) line["key"] = {{"namespace", decision.home}, {"name", decision.key}};
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace guildhall::gate
