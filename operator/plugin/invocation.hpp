#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace guildhall::plugin {

/// Which cluster, as whom and where: flags of kubectl. Empty: what the kubeconfig says.
struct Connection {
  std::string kubeconfig;
  std::string context;
  std::string cluster;
  std::string user;
  std::string ns;
  std::string as;
  std::string as_group;
  std::chrono::milliseconds request_timeout{30'000};
};

enum class Output { Table, Wide, Json, Yaml, Name };

enum class DryRun { None, Client, Server };

struct ListMembers {
  bool all_namespaces = false;
  std::string role;  ///< empty: all; likewise below
  std::string phase;
  std::string email;
};

struct InviteMember {
  std::string email;
  std::string role;
  std::string name;  ///< empty: made of the email
  std::string display_name;
  std::string delivery = "Email";
  std::optional<std::chrono::milliseconds> wait;  ///< until it is clear what became of it
  DryRun dry_run = DryRun::None;
  bool show_link = false;
};

/// Of these the target is a name, or an email.
struct SetState {
  std::string target;
  std::string state;  ///< Active or Inactive
};

struct SetRole {
  std::string target;
  std::string role;
};

struct ResendInvitation {
  std::string target;
  std::optional<std::chrono::milliseconds> wait;  ///< until it is clear what became of it
};

struct DeleteMember {
  std::string target;
  bool yes = false;  ///< without asking
};

struct Leave {
  std::string name;  ///< empty: the one Member that the caller is
  bool yes = false;
};

struct WhoAmI {
  bool all_namespaces = false;
};

/// Without a verb: all that one may do in the Organization.
struct CanI {
  std::string verb;
  std::string what;  ///< RESOURCE[.GROUP][/NAME]
  bool quiet = false;
};

/// Which entries of an Organization's log. Unset: it does not matter; the words are for the server to read.
struct AuditSelection {
  std::optional<std::string> action;
  std::optional<std::string> email;  ///< of who did it; empty: who has none
  std::optional<std::string> outcome;
  std::optional<std::string> scope;
  std::optional<std::string> object;  ///< "Member/jane"
  std::optional<std::string> from;    ///< "7d", "2026-11-24", "2026-11-24T10:00:00Z"
  std::optional<std::string> to;
  std::optional<std::string> query;  ///< any text
};

struct ListAudit {
  AuditSelection selection;
  bool all_namespaces = false;
  std::int64_t limit = 50;  ///< 0: all
};

enum class ExportFormat { Csv, JsonLines };

struct ExportAudit {
  AuditSelection selection;
  bool all_namespaces = false;
  ExportFormat format = ExportFormat::Csv;
  std::string file;  ///< empty: standard output
};

enum class TailFormat { Text, JsonLines };

struct TailAudit {
  AuditSelection selection;  ///< without from and to
  bool all_namespaces = false;
  TailFormat format = TailFormat::Text;
  std::int64_t limit = 10;  ///< how many that stand already
};

struct SignUp {
  std::string organization;
  std::string email;  ///< empty: the name of the user, if it is one
  std::string display_name;
  DryRun dry_run = DryRun::None;
};

struct ShowCompletion {
  std::string shell;  ///< bash, zsh or fish
};

/// Asked by a shell: the words of the line so far, the last one to be completed.
struct Complete {
  std::vector<std::string> words;
};

struct ShowVersion {};

using Command =
    std::variant<ListMembers, InviteMember, SetState, SetRole, ResendInvitation, DeleteMember, Leave, WhoAmI, CanI,
                 ListAudit, ExportAudit, TailAudit, SignUp, ShowCompletion, Complete, ShowVersion>;

/// One call of the program.
struct Invocation {
  Connection connection;
  Output output = Output::Table;
  bool no_headers = false;
  Command command;
};

}  // namespace guildhall::plugin
