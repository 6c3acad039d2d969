// The table of tests/integration/manifests/matrix.yaml.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace guildhall::tests::member_matrix {

/// What a user answers to an attempt: nothing, when it is let through, else the words of the refusal (in part).
using Refusal = std::optional<std::string>;

/// A kubectl command, or a question about rights, that every user of the matrix tries.
struct Action {
  std::string name;
  std::vector<std::string> run;
  std::string input;
  std::vector<std::string> may;            ///< verb, resource, namespace: asked as a review of access instead of `run`
  std::map<std::string, Refusal> answers;  ///< of each user of the matrix, by its word in the table
};

/// What one user tries in order to have more than is his.
struct Escalation {
  std::string name;
  std::string as;
  std::vector<std::string> run;
  std::string input;
  Refusal refused;
};

struct MatrixTable {
  std::map<std::string, std::string> users;       ///< of the matrix: the word in the table, and the user's name
  std::map<std::string, std::string> more_users;  ///< of escalations only
  std::vector<Action> actions;
  std::vector<Escalation> escalations;
};

/// tests/integration/manifests/<name> of this checkout.
[[nodiscard]] std::filesystem::path manifest(const char* name);

/// Read once. Throws std::runtime_error for what cannot be read, and where it names a user that it does not have.
[[nodiscard]] const MatrixTable& matrix_table();

}  // namespace guildhall::tests::member_matrix
