#include "operator/core/member_name.hpp"

#include <algorithm>
#include <utility>

namespace guildhall::core {

namespace {

constexpr std::size_t kLongest = 63;
constexpr std::size_t kLongestByServer = 253;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string trimmed(std::string name, std::size_t length) {
  name.resize(std::min(name.size(), length));
  while (!name.empty() && !is_alphanumeric(name.back()))
    name.pop_back();
  return name;
}

/// The labels between dots, without empty ones and without dashes at their ends.
class Labels {
 public:
  void add(char c) {
    if (c == '.')
      end();
    else if (is_alphanumeric(c))
      label_ += c;
    else if (!label_.empty() && label_.back() != '-')
      label_ += '-';
  }
  std::string joined() && {
    end();
    return std::move(name_);
  }

 private:
  void end() {
    if (!label_.empty() && label_.back() == '-') label_.pop_back();
    if (!label_.empty() && !name_.empty()) name_ += '.';
    name_ += label_;
    label_.clear();
  }

  std::string name_;
  std::string label_;
};

}  // namespace

std::string name_of_email(std::string_view email) {
  Labels labels;
  for (const char c : email.substr(0, email.find('@')))
    labels.add(lower(c));
  const std::string name = trimmed(std::move(labels).joined(), kLongest);
  return name.empty() ? "member" : name;
}

std::string numbered_name(std::string_view name, int number) {
  if (number <= 1) return std::string(name);
  const std::string suffix = "-" + std::to_string(number);
  return trimmed(std::string(name), kLongest - suffix.size()) + suffix;
}

bool is_object_name(std::string_view name) {
  if (name.empty() || name.size() > kLongestByServer) return false;
  char before = '.';
  for (const char c : name) {
    const bool starts_label = before == '.';
    if (c == '.' ? !is_alphanumeric(before) : !is_alphanumeric(c) && (c != '-' || starts_label)) return false;
    before = c;
  }
  return is_alphanumeric(before);
}

}  // namespace guildhall::core
