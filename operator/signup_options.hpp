#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace guildhall {

/// Who may sign up for an Organization, beside RBAC; in --config `signup: {emailDomains, maxPerUser}`.
struct SignupOptions {
  std::vector<std::string> email_domains;  ///< in lower case; empty: any
  int max_per_user = 1;
};

/// Declares --signup-email-domains and --signup-max-per-user. `options` outlives the parsing.
void declare_signup(CLI::App& run, SignupOptions& options);

}  // namespace guildhall
