#include "operator/options.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <CLI/CLI.hpp>
#include <regex>
#include <sstream>

#include "operator/duration_flag.hpp"
#include "operator/version.hpp"
#include "operator/yaml_config.hpp"

namespace guildhall {
namespace {

constexpr int kUsageError = 64;  ///< EX_USAGE of sysexits.h
constexpr std::chrono::hours kLongestDuration{24};

void add_number(CLI::App& app, const std::string& flag, int& value, int most, const std::string& help) {
  app.add_option(flag, value, help)
      ->capture_default_str()
      ->check(CLI::Range(1, most).description(""))
      ->type_name(fmt::format("1-{}", most));
}

/// CLI11's way: the text of what is wrong, or "".
std::string is_namespace(const std::string& name) {
  static const std::regex dns_label("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  return std::regex_match(name, dns_label) ? "" : "must be the name of a namespace: lower-case letters, digits, dashes";
}

/// Likewise. A name or an IPv4 address: it becomes part of a URL.
std::string is_host(const std::string& name) {
  static const std::regex host(
      "[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?([.][A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?)*");
  return std::regex_match(name, host) ? "" : "must be the name of a host or an IPv4 address";
}

/// Likewise.
std::string is_user_template(const std::string& text) {
  if (text.find("{email}") == std::string::npos) return "must hold {email}, for which the member's email is put";
  return text.starts_with("system:") ? "must not begin with system:, as users of Kubernetes itself do" : "";
}

/// Likewise.
std::string is_store(const std::string& file) {
  if (file.find("://") != std::string::npos) return "must be the path of a file; no other store is known";
  return file.starts_with('/') ? "" : "must be the absolute path of a file";
}

void declare_process(CLI::App& command, ProcessOptions& options) {
  command
      .add_option("--kubeconfig", options.kubeconfig,
                  "Kubeconfig file. Default: $KUBECONFIG, else the ServiceAccount of the pod")
      ->type_name("FILE");
  command.add_option("--metrics-listen", options.metrics_listen, "Where /metrics, /healthz and /readyz answer (HTTP)")
      ->capture_default_str()
      ->type_name("ADDRESS");
  command.add_option("--log-level", options.log_level, "trace, debug, info, warn or error")
      ->capture_default_str()
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error"}));
  command.add_option("--log-format", options.log_format, "text or json")
      ->capture_default_str()
      ->check(CLI::IsMember({"text", "json"}));
}

void declare_gate(CLI::App& command, GateListenOptions& options) {
  command
      .add_option("--gate-listen", options.listen,
                  "Where proxies ask whether a request with an API key may pass (HTTP); '' for nowhere")
      ->capture_default_str()
      ->type_name("ADDRESS");
  command
      .add_option("--gate-access-log", options.access_log,
                  "Whether each request that a proxy asks about is a line of JSON on standard output")
      ->default_str(options.access_log ? "true" : "false")
      ->type_name("true|false");
}

/// Who leads, and how much is done at once.
void declare_work(CLI::App& run, RunOptions& options) {
  run.add_option("--leader-elect", options.leader_elect,
                 "Only the holder of the Lease writes; needed for more than one replica")
      ->default_str(options.leader_elect ? "true" : "false")
      ->type_name("true|false");
  add_duration(run, "--leader-elect-lease-duration", options.lease_duration,
               "How long others wait for a silent leader");
  add_duration(run, "--leader-elect-renew-deadline", options.renew_deadline,
               "How long a leader goes on without a renewal");
  add_duration(run, "--leader-elect-retry-period", options.retry_period,
               "Time between two tries to get or renew the Lease");
  add_number(run, "--workers", options.workers, 256, "Reconciles at once, for each kind");
  add_number(run, "--max-requests-in-flight", options.max_in_flight, 1024,
             "Requests to the API server at once; watches are not counted");
}

void declare_run(CLI::App& run, RunOptions& options) {
  declare_process(run, options.process);
  run.add_option("--namespace", options.ns, "The operator's own namespace: its Lease and its seal keys")
      ->capture_default_str()
      ->check(is_namespace);
  run.add_option("--serve-listen", options.serve_listen,
                 "Where the API server reaches webhooks and the records API (HTTPS)")
      ->capture_default_str()
      ->type_name("ADDRESS");
  declare_gate(run, options.gate);
  run.add_option("--advertise-host", options.advertise_host,
                 "Outside a cluster: the host by which the API server reaches --serve-listen")
      ->capture_default_str()
      ->check(is_host)
      ->type_name("HOST");
  declare_work(run, options);
  run.add_option(
         "--protected-namespace", options.protected_namespaces,
         "A namespace that no Organization may claim, beside default, kube-* and the operator's own; may be repeated")
      ->type_name("NAME");
  run.add_option(
         "--identity-user-template", options.user_template,
         "The Kubernetes user of a Member without spec.subjects, made of its email; policies.yaml must say the same")
      ->capture_default_str()
      ->check(is_user_template)
      ->type_name("TEMPLATE");
  run.add_option(
         "--records", options.records,
         "Whether the log is served as records.guildhall.dev; an API that does not answer keeps Kubernetes from "
         "deleting namespaces")
      ->default_str(options.records ? "true" : "false")
      ->type_name("true|false");
  run.add_option("--store", options.store,
                 "Where the audit log is kept: an SQLite file on a volume that lasts, readable by this user alone")
      ->capture_default_str()
      ->check(is_store)
      ->type_name("FILE");
  run.add_option("--audit-sinks", options.audit_sinks,
                 "Where the entries of the log go as well: stdout has each as a line of JSON. Default: nowhere")
      ->check(CLI::IsMember({"stdout"}))
      ->type_name("stdout");
  declare_signup(run, options.signup);
  declare_public(run, options.public_page);
  declare_smtp(run, options.mail);
}

/// What was written where a command should be, if it is none.
std::string unknown_command(const CLI::App& app) {
  const auto rest = app.remaining();
  return rest.empty() ? "" : rest.front();
}

Message explain(const CLI::App& app, const CLI::ParseError& error) {
  std::ostringstream out;
  std::ostringstream err;
  const int code = app.exit(error, out, err);
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr && app.get_subcommands().empty()) {
    const std::string given = unknown_command(app);
    return Message{fmt::format("{}. The commands are `{} run` and `{} gate`.\nRun with --help for more information.\n",
                               given.empty() ? "No command was given" : fmt::format("There is no '{}'", given),
                               app.get_name(), app.get_name()),
                   kUsageError};
  }
  return Message{out.str() + err.str(), code == 0 ? 0 : kUsageError};
}

std::string find_contradiction(const RunOptions& options) {
  if (options.lease_duration <= options.renew_deadline || options.renew_deadline <= options.retry_period ||
      options.retry_period.count() <= 0) {
    return "--leader-elect-lease-duration must be longer than --leader-elect-renew-deadline, and that longer than "
           "--leader-elect-retry-period\n";
  }
  if (options.lease_duration > kLongestDuration) return "--leader-elect-lease-duration must be 24 hours at most\n";
  return {};
}

}  // namespace

std::variant<RunOptions, GateOptions, Message> parse_options(int argc, const char* const* argv) {
  RunOptions options;
  CLI::App app{"Guildhall: organizations, members and API keys for self-hosted monitoring, as Kubernetes resources",
               "guildhall-operator"};
  app.set_version_flag("--version", std::string("guildhall-operator ") + kVersion);
  app.require_subcommand(1);
  CLI::Option* config = app.set_config("--config", "", "YAML file of the same names and values as the flags of `run`");
  config->type_name("FILE");
  app.allow_config_extras(CLI::config_extras_mode::error);
  CLI::App* run = app.add_subcommand("run", "Reconcile: watch the resources and make them true");
  run->fallthrough();
  declare_run(*run, options);
  GateOptions gate_options;
  CLI::App* gate = app.add_subcommand(
      "gate", "Check API keys for proxies: the gate alone, which writes nothing but reports of uses");
  declare_process(*gate, gate_options.process);
  declare_gate(*gate, gate_options.gate);
  app.config_formatter(make_yaml_config(*run, *config));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return explain(app, error);
  } catch (const YAML::Exception& error) {
    return Message{fmt::format("--config: {}: {}\n", config->as<std::string>(), error.what()), kUsageError};
  }
  if (gate->parsed()) return gate_options;
  if (std::string problem = find_contradiction(options); !problem.empty())
    return Message{std::move(problem), kUsageError};
  if (std::string problem = settle_smtp(options.mail); !problem.empty())
    return Message{std::move(problem), kUsageError};
  return options;
}

}  // namespace guildhall
