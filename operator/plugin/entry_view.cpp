#include "operator/plugin/entry_view.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "operator/core/timestamp.hpp"
#include "operator/plugin/member_view.hpp"

namespace guildhall::plugin {

namespace {

using nlohmann::json;

std::int64_t number_at(const json& object, const char* name, std::int64_t otherwise) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : otherwise;
}

std::string in_seconds(const std::string& time) {
  const auto parsed = core::parse_timestamp(time);
  return parsed ? core::format_timestamp(*parsed) : time;
}

std::string text_or_none(const json& change, const char* pointer) {
  const std::string text = text_at(change, pointer);
  return text.empty() ? "<none>" : text;
}

std::string changes_of(const json& entry) {
  std::string text;
  const auto changes = entry.is_object() ? entry.find("changes") : entry.end();
  if (changes == entry.end() || !changes->is_array()) return text;
  for (const json& change : *changes)
    text += fmt::format("{}{}: {} -> {}", text.empty() ? "" : ", ", text_at(change, "/field"),
                        text_or_none(change, "/old"), text_or_none(change, "/new"));
  return text;
}

std::string action_of(const json& entry) {
  const std::int64_t count = number_at(entry, "count", 1);
  const std::string action = text_at(entry, "/action");
  return count == 1 ? action : fmt::format("{} (x{})", action, count);
}

}  // namespace

EntryView entry_view(const json& entry) {
  const std::string email = text_at(entry, "/actor/email");
  const std::string user = text_at(entry, "/actor/user");
  return {.ns = text_at(entry, "/metadata/namespace"),
          .name = text_at(entry, "/metadata/name"),
          .time = in_seconds(text_at(entry, "/time")),
          .actor = email.empty() ? user : email,
          .action = action_of(entry),
          .object = text_at(entry, "/object/kind") + "/" + text_at(entry, "/object/name"),
          .changes = changes_of(entry),
          .outcome = text_at(entry, "/outcome"),
          .user = user,
          .credential = text_at(entry, "/actor/credential"),
          .source = text_at(entry, "/source"),
          .scope = text_at(entry, "/scope"),
          .note = text_at(entry, "/note"),
          .index = number_at(entry, "index", 0)};
}

std::vector<EntryView> entry_views(const std::vector<json>& entries) {
  std::vector<EntryView> views;
  views.reserve(entries.size());
  for (const json& entry : entries)
    views.push_back(entry_view(entry));
  return views;
}

std::string name_of(const EntryView& entry) {
  return "auditentry.records.guildhall.dev/" + entry.name;
}

}  // namespace guildhall::plugin
