#include "operator/records/use_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "operator/records/words.hpp"

namespace guildhall::records {

namespace {

using nlohmann::json;

constexpr std::size_t kLongestName = 253;

/// Reads one report, and notes what is wrong with it.
class Reader {
 public:
  Reader(const std::vector<std::string>& outcomes) : outcomes_(outcomes) {}

  core::UseReport read(const json& whole) {
    const json& spec = whole.at("spec");
    add_unknown_fields(unknown_, whole, "", {"apiVersion", "kind", "metadata", "spec", "status"});
    add_unknown_fields(unknown_, spec, "spec.", {"uses", "refusals"});
    core::UseReport report;
    const json metadata = whole.value("metadata", json());
    report.id = text(metadata.is_object() ? metadata : json::object(), "name", "metadata.");
    for_each(spec, "uses", [&](const json& one, const std::string& path) { report.uses.push_back(use(one, path)); });
    for_each(spec, "refusals",
             [&](const json& one, const std::string& path) { report.refusals.push_back(refusals(one, path)); });
    return report;
  }

  std::vector<StatusCause> causes;
  std::vector<std::string> take_unknown() { return std::move(unknown_); }

 private:
  void add(const char* type, std::string message, const std::string& field) {
    causes.push_back({.type = type, .message = std::move(message), .field = field});
  }

  std::string text(const json& object, const char* name, const std::string& path) {
    const auto found = object.find(name);
    if (found == object.end()) {
      add("FieldValueRequired", "Required value", path + name);
    } else if (!found->is_string()) {
      add("FieldValueTypeInvalid", fmt::format("Invalid value: \"{}\": must be a string", found->type_name()),
          path + name);
    } else if (const auto value = found->get<std::string>(); value.empty() || value.size() > kLongestName) {
      add("FieldValueInvalid", fmt::format("Invalid value: must have 1 to {} characters", kLongestName), path + name);
    } else {
      return value;
    }
    return {};
  }

  core::Timestamp time(const json& object, const char* name, const std::string& path) {
    const std::string value = text(object, name, path);
    const auto parsed = core::parse_timestamp(value);
    if (!parsed && !value.empty())
      add("FieldValueInvalid", "Invalid value: must be a time, such as 2026-11-24T10:00:00Z", path + name);
    return parsed.value_or(core::Timestamp{});
  }

  template <class Read>
  void for_each(const json& spec, const char* name, Read read) {
    const std::string path = fmt::format("spec.{}", name);
    const json items = spec.value(name, json::array());
    if (!items.is_array()) {
      add("FieldValueTypeInvalid", fmt::format("Invalid value: \"{}\": must be a list", items.type_name()), path);
    } else if (items.size() > core::kMostReported) {
      add("FieldValueTooMany",
          fmt::format("Too many: {}: must have at most {} items", items.size(), core::kMostReported), path);
    } else {
      for (std::size_t index = 0; index < items.size(); ++index)
        read_item(items[index], fmt::format("{}[{}]", path, index), read);
    }
  }

  template <class Read>
  void read_item(const json& item, const std::string& path, Read read) {
    if (!item.is_object())
      return add("FieldValueTypeInvalid", fmt::format("Invalid value: \"{}\": must be an object", item.type_name()),
                 path);
    read(item, path + ".");
  }

  void key(const json& one, const std::string& path, core::ObjectKey& key, std::string& uid) {
    const json reference = one.value("key", json::object());
    if (!reference.is_object()) {
      add("FieldValueTypeInvalid", fmt::format("Invalid value: \"{}\": must be an object", reference.type_name()),
          path + "key");
      return;
    }
    add_unknown_fields(unknown_, reference, path + "key.", {"namespace", "name", "uid"});
    key = {text(reference, "namespace", path + "key."), text(reference, "name", path + "key.")};
    uid = text(reference, "uid", path + "key.");
  }

  core::KeyUse use(const json& one, const std::string& path) {
    add_unknown_fields(unknown_, one, path, {"key", "lastAt"});
    core::KeyUse use;
    key(one, path, use.key, use.uid);
    use.last_at = time(one, "lastAt", path);
    return use;
  }

  core::KeyRefusals refusals(const json& one, const std::string& path) {
    add_unknown_fields(unknown_, one, path, {"organization", "key", "outcome", "count", "lastAt"});
    core::KeyRefusals refusals;
    refusals.organization = text(one, "organization", path);
    if (one.contains("key")) key(one, path, refusals.key, refusals.uid);
    refusals.outcome = text(one, "outcome", path);
    if (!refusals.outcome.empty() && std::ranges::find(outcomes_, refusals.outcome) == outcomes_.end())
      add("FieldValueNotSupported",
          fmt::format("Unsupported value: \"{}\": supported values: \"{}\"", refusals.outcome,
                      fmt::join(outcomes_, "\", \"")),
          path + "outcome");
    const json count = one.value("count", json(1));
    if (count.is_number_integer() && count.get<std::int64_t>() > 0) {
      refusals.count = count.get<std::int64_t>();
    } else {
      add("FieldValueInvalid", "Invalid value: must be a whole number greater than 0", path + "count");
    }
    refusals.last_at = time(one, "lastAt", path);
    return refusals;
  }

  const std::vector<std::string>& outcomes_;
  std::vector<std::string> unknown_;
};

}  // namespace

Checked<SentUseReport> parse_use_report(std::string_view body, const std::vector<std::string>& outcomes,
                                        FieldValidation validation) {
  const auto whole = read_created(body, kUseReport);
  if (!whole) return std::unexpected(whole.error());
  Reader reader(outcomes);
  core::UseReport report = reader.read(*whole);
  auto warnings = judge_unknown_fields(reader.take_unknown(), kUseReport, validation);
  if (!warnings) return std::unexpected(std::move(warnings.error()));
  if (!reader.causes.empty()) return std::unexpected(invalid(kGroup, kUseReport, report.id, std::move(reader.causes)));
  return SentUseReport{.report = std::move(report), .warnings = std::move(*warnings)};
}

}  // namespace guildhall::records
