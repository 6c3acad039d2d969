#pragma once

#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include "operator/mail_options.hpp"
#include "operator/public_options.hpp"
#include "operator/signup_options.hpp"

namespace guildhall {

/// What every command is told.
struct ProcessOptions {
  std::string kubeconfig;
  std::string metrics_listen = ":8080";
  std::string log_level = "info";
  std::string log_format = "text";
};

/// Of the gate, alone or not.
struct GateListenOptions {
  std::string listen = ":8082";  ///< empty: there is no gate
  bool access_log = false;       ///< whether each request is a line on standard output
};

/// What `guildhall-operator gate` is told by flags.
struct GateOptions {
  ProcessOptions process;
  GateListenOptions gate;
};

/// What `guildhall-operator run` is told by flags and by --config. Flags win over the file.
struct RunOptions {
  ProcessOptions process;
  std::string ns = "guildhall-system";
  std::string serve_listen = ":9443";
  GateListenOptions gate;
  std::string advertise_host = "localhost";
  bool leader_elect = true;
  std::chrono::milliseconds lease_duration{15'000};
  std::chrono::milliseconds renew_deadline{10'000};
  std::chrono::milliseconds retry_period{2'000};
  int workers = 8;
  int max_in_flight = 16;
  std::vector<std::string> protected_namespaces;
  bool records = true;  ///< whether records.guildhall.dev is served
  std::string store = "/var/lib/guildhall/records.db";
  std::vector<std::string> audit_sinks;   ///< where entries go beside the log: "stdout"
  std::string user_template = "{email}";  ///< identity.userTemplate
  PublicOptions public_page;
  SignupOptions signup;
  MailOptions mail;
};

/// Nothing to run: print `text` and end with `exit_code`.
struct Message {
  std::string text;
  int exit_code = 0;
};

/// Reads the command line, and the YAML file that --config names. A Message on --help, --version and for every error.
std::variant<RunOptions, GateOptions, Message> parse_options(int argc, const char* const* argv);

}  // namespace guildhall
