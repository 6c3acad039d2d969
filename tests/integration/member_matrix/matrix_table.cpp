#include "tests/integration/member_matrix/matrix_table.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "tests/integration/crd_rules/yaml_document.hpp"

namespace guildhall::tests::member_matrix {

namespace {

using nlohmann::json;
using Words = std::map<std::string, std::string>;

std::string expand(std::string text, const Words& words) {
  for (const auto& [word, meaning] : words) {
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + meaning.size()))
      text.replace(at, word.size(), meaning);
  }
  return text;
}

std::vector<std::string> expand(std::vector<std::string> texts, const Words& words) {
  for (auto& text : texts)
    text = expand(text, words);
  return texts;
}

/// RBAC's words for "create members".
std::string cannot(const std::string& verb_and_resource) {
  const auto space = verb_and_resource.find(' ');
  if (space == std::string::npos) return verb_and_resource;
  return "cannot " + verb_and_resource.substr(0, space) + " resource \"" + verb_and_resource.substr(space + 1) + "\"";
}

Action read_action(const json& entry, const MatrixTable& table, const Words& words) {
  Action action{.name = entry.at("name"),
                .run = expand(entry.value("run", std::vector<std::string>{}), words),
                .input = expand(entry.value("input", ""), words),
                .may = entry.value("may", std::vector<std::string>{}),
                .answers = {}};
  for (const auto& user : table.users)
    action.answers[user.first] = cannot(entry.value("cannot", "no"));
  const auto answer = [&](const std::string& user, const Refusal& refusal) {
    if (!table.users.contains(user)) throw std::runtime_error(action.name + ": there is no user " + user);
    action.answers[user] = refusal;
  };
  for (const auto& [user, refusal] : entry.value("refused", Words{}))
    answer(user, expand(refusal, words));
  for (const auto& user : entry.value("allowed", std::vector<std::string>{}))
    answer(user, std::nullopt);
  return action;
}

Escalation read_escalation(const json& entry, const MatrixTable& table, const Words& words) {
  Escalation one{.name = entry.at("name"),
                 .as = entry.at("as"),
                 .run = expand(entry.at("run").get<std::vector<std::string>>(), words),
                 .input = expand(entry.value("input", ""), words),
                 .refused = std::nullopt};
  if (!table.users.contains(one.as) && !table.more_users.contains(one.as))
    throw std::runtime_error(one.name + ": there is no user " + one.as);
  if (entry.contains("refused") == entry.contains("allowed"))
    throw std::runtime_error(one.name + ": say either refused or allowed");
  if (entry.contains("refused")) one.refused = expand(entry.at("refused").get<std::string>(), words);
  return one;
}

MatrixTable read_table() {
  const json file = crd_rules::read_yaml(manifest("matrix.yaml"));
  const Words words = file.at("words");
  MatrixTable table{.users = file.at("users"), .more_users = file.at("more-users"), .actions = {}, .escalations = {}};
  for (const auto& entry : file.at("actions"))
    table.actions.push_back(read_action(entry, table, words));
  for (const auto& entry : file.at("escalations"))
    table.escalations.push_back(read_escalation(entry, table, words));
  return table;
}

}  // namespace

std::filesystem::path manifest(const char* name) {
  return std::filesystem::path(GUILDHALL_SOURCE_DIR) / "tests/integration/manifests" / name;
}

const MatrixTable& matrix_table() {
  static const MatrixTable table = read_table();
  return table;
}

}  // namespace guildhall::tests::member_matrix
