#include "operator/signup_options.hpp"

#include <CLI/CLI.hpp>
#include <regex>

namespace guildhall {
namespace {

constexpr int kMostPerUser = 1000;

/// CLI11's way: the text of what is wrong, or "".
std::string is_domain(const std::string& domain) {
  static const std::regex dns_name("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?([.][a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*");
  return std::regex_match(domain, dns_name) ? "" : "must be the domain of e-mail addresses in lower case: acme.example";
}

}  // namespace

void declare_signup(CLI::App& run, SignupOptions& options) {
  run.add_option("--signup-email-domains", options.email_domains,
                 "Whose e-mail addresses may sign up for an Organization, besides what RBAC says; may be repeated. "
                 "Default: all; of acme.example, those of eu.acme.example are none")
      ->check(is_domain)
      ->type_name("DOMAIN");
  run.add_option("--signup-max-per-user", options.max_per_user, "For how many Organizations one user may sign up")
      ->capture_default_str()
      ->check(CLI::Range(1, kMostPerUser).description(""))
      ->type_name("1-1000");
}

}  // namespace guildhall
