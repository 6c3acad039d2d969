#include "controllers/apikey/vmauth_text.hpp"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

namespace guildhall::controllers::apikey {

std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

std::optional<std::string_view> token_in(std::string_view line) {
  if (!line.starts_with(kVmauthTokenLine)) return std::nullopt;
  return line.substr(kVmauthTokenLine.size());
}

void read_entries(const nlohmann::json& data, const core::Codec& codec,
                  const std::function<void(const std::string& name, std::string_view text)>& read) {
  for (const auto& [name, value] : data.items()) {
    if (!value.is_string()) continue;
    auto text = codec.from_base64(value.get_ref<const std::string&>());
    if (!text) continue;
    read(name, *text);
    explicit_bzero(text->data(), text->size());
  }
}

}  // namespace guildhall::controllers::apikey
