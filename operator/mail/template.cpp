#include "operator/mail/template.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "operator/mail/headers.hpp"

namespace guildhall::mail {
namespace {

constexpr std::string_view kOpen = "{{";
constexpr std::string_view kClose = "}}";
constexpr std::string_view kLink = "link";
constexpr std::array<std::string_view, 8> kPlaceholders{"organization", "displayName", "role",      "inviter",
                                                        "email",        "link",        "expiresAt", "ttl"};
constexpr std::size_t kLongestText = 65'536;

constexpr std::string_view kSubjectKey = "invitation.subject";
constexpr std::string_view kTextKey = "invitation.txt";
constexpr std::string_view kHtmlKey = "invitation.html";

std::unexpected<core::Error> invalid(std::string_view key, std::string_view problem) {
  return core::fail(core::ErrorKind::Invalid, fmt::format("{}: {}", key, problem));
}

core::Result<void> check_key(std::string_view key) {
  if (key == kSubjectKey || key == kTextKey || key == kHtmlKey) return {};
  return invalid(key, fmt::format("the key is unknown; there are {}, {} and {}", kSubjectKey, kTextKey, kHtmlKey));
}

std::string_view without_spaces(std::string_view text) {
  while (text.starts_with(' '))
    text.remove_prefix(1);
  while (text.ends_with(' '))
    text.remove_suffix(1);
  return text;
}

/// Calls `literal` for what stands as it is and `placeholder` for each name, in their order. Invalid, naming the key.
core::Result<void> walk(std::string_view key, std::string_view text,
                        const std::function<void(std::string_view)>& literal,
                        const std::function<void(std::string_view)>& placeholder) {
  while (true) {
    const auto open = text.find(kOpen);
    literal(text.substr(0, open));
    if (open == std::string_view::npos) return {};
    text.remove_prefix(open + kOpen.size());
    const auto close = text.find(kClose);
    if (close == std::string_view::npos) return invalid(key, "a {{ is not closed");
    const std::string_view name = without_spaces(text.substr(0, close));
    if (std::ranges::find(kPlaceholders, name) == kPlaceholders.end())
      return invalid(key, fmt::format("the placeholder {{{{{}}}}} is unknown; there are {{{{{}}}}}", one_line(name),
                                      fmt::join(kPlaceholders, "}}, {{")));
    placeholder(name);
    text.remove_prefix(close + kClose.size());
  }
}

/// The subject is shown in lists, and logged by servers: no link in it. The parts are nothing without one.
core::Result<void> check(std::string_view key, const std::string& text) {
  if (text.empty() || text.size() > kLongestText) return invalid(key, "it must have 1 to 65536 bytes");
  bool has_link = false;
  auto walked = walk(key, text, [](std::string_view) {}, [&](std::string_view name) { has_link |= name == kLink; });
  if (!walked) return walked;
  if (has_link && key == kSubjectKey) return invalid(key, "it must not hold {{link}}, which is secret");
  if (!has_link && key != kSubjectKey) return invalid(key, "it must hold {{link}}");
  return {};
}

core::Result<void> check(const Texts& texts) {
  for (const auto& [key, text] :
       {std::pair(kSubjectKey, &texts.subject), std::pair(kTextKey, &texts.text), std::pair(kHtmlKey, &texts.html)}) {
    if (auto checked = check(key, *text); !checked) return checked;
  }
  return {};
}

std::string plural(std::int64_t count, std::string_view unit) {
  return fmt::format("{} {}{}", count, unit, count == 1 ? "" : "s");
}

/// 24 hours, 3 days, 90 minutes: as people say it.
std::string in_words(std::chrono::seconds time) {
  const std::int64_t seconds = time.count();
  if (seconds >= 172'800 && seconds % 86'400 == 0) return plural(seconds / 86'400, "day");
  if (seconds >= 3'600 && seconds % 3'600 == 0) return plural(seconds / 3'600, "hour");
  if (seconds >= 60) return plural(seconds / 60, "minute");
  return plural(seconds, "second");
}

std::string in_words(core::Timestamp time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)));
}

/// On one line.
std::string value_of(std::string_view name, const Invitation& invitation) {
  const auto or_else = [](const std::string& value, const std::string& other) {
    const std::string clean = one_line(value);
    return clean.empty() ? one_line(other) : clean;
  };
  if (name == "organization") return one_line(invitation.organization);
  if (name == "displayName") return or_else(invitation.display_name, invitation.email);
  if (name == "role") return one_line(invitation.role);
  if (name == "inviter") return or_else(invitation.inviter, invitation.organization);
  if (name == "email") return one_line(invitation.email);
  if (name == kLink) return one_line(invitation.link.reveal());
  return name == "ttl" ? in_words(invitation.ttl) : in_words(invitation.expires_at);
}

std::string escape_html(std::string_view text) {
  std::string result;
  for (const char letter : text) {
    switch (letter) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += letter;
    }
  }
  return result;
}

/// Of a text that was checked.
std::string fill_in(std::string_view text, const std::function<std::string(std::string_view)>& value) {
  std::string result;
  static_cast<void>(walk(
      {}, text, [&](std::string_view literal) { result += literal; },
      [&](std::string_view name) { result += value(name); }));
  return result;
}

}  // namespace

core::Result<Texts> parse_templates(const std::map<std::string, std::string>& data,
                                    const std::vector<std::string>& binary_keys) {
  for (const std::string& key : binary_keys) {
    if (auto known = check_key(key); !known) return std::unexpected(std::move(known.error()));
  }
  if (!binary_keys.empty()) return invalid(binary_keys.front(), "it is no text in UTF-8: it stands in binaryData");
  Texts texts = default_invitation();
  for (const auto& [key, text] : data) {
    if (auto known = check_key(key); !known) return std::unexpected(std::move(known.error()));
    (key == kSubjectKey ? texts.subject : key == kTextKey ? texts.text : texts.html) = text;
  }
  if (auto checked = check(texts); !checked) return std::unexpected(std::move(checked.error()));
  return texts;
}

core::Result<RenderedTexts> render(const Texts& texts, const Invitation& invitation) {
  if (auto checked = check(texts); !checked) return std::unexpected(std::move(checked.error()));
  const auto plain = [&](std::string_view name) { return value_of(name, invitation); };
  const auto escaped = [&](std::string_view name) { return escape_html(value_of(name, invitation)); };
  return RenderedTexts{.subject = one_line(fill_in(texts.subject, plain)),
                       .text = core::SecretText(fill_in(texts.text, plain)),
                       .html = core::SecretText(fill_in(texts.html, escaped))};
}

}  // namespace guildhall::mail
