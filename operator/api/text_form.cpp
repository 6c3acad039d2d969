#include "operator/api/text_form.hpp"

#include <regex>

namespace guildhall::api {

bool has_form(std::string_view text, const TextForm& form) {
  // The length comes first: std::regex recurses once for each character.
  if (text.size() > form.most_characters) return false;
  const std::regex pattern(form.pattern.begin(), form.pattern.end());
  return std::regex_search(text.begin(), text.end(), pattern);
}

}  // namespace guildhall::api
