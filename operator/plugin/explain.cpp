#include "operator/plugin/explain.hpp"

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "operator/core/printable.hpp"

namespace guildhall::plugin {

namespace {

using core::Error;
using core::ErrorKind;

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string see_admins(const std::string& ns) {
  return fmt::format("See who is one: kubectl guildhall members list --role Admin -n {}", ns);
}

/// RBAC's own refusal: 'User "x" cannot create resource "members" in API group "guildhall.dev" in the namespace
/// "acme"'.
bool is_rbac(const Error& error) {
  return error.kind == ErrorKind::Forbidden && holds(error.message, " cannot ") && holds(error.message, "\" cannot ");
}

std::string after_rbac_of_log(const Error& error, const std::string& ns) {
  if (holds(error.message, "at the cluster scope")) return "Only platform teams read the logs of all organizations.";
  return "The log is for the organization's Admins and Editors. " + see_admins(ns);
}

std::string after_rbac(const Error& error, const std::string& ns) {
  if (holds(error.message, "cannot impersonate")) return "Only who may impersonate can use --as. Leave it out.";
  const bool reads =
      holds(error.message, "cannot list") || holds(error.message, "cannot get") || holds(error.message, "cannot watch");
  if (holds(error.message, "resource \"auditentries\"")) return after_rbac_of_log(error, ns);
  if (!holds(error.message, "resource \"members\""))
    return fmt::format("See what you may do: kubectl guildhall can-i -n {}", ns);
  if (reads) {
    return fmt::format(
        "To read Members you must be one of that organization, with any role, active and accepted.\n"
        "If {} is not its home namespace, name that with -n. Otherwise ask one of its Admins, or the platform team.",
        ns.empty() ? "this" : ns);
  }
  return "That needs the role Admin. " + see_admins(ns);
}

std::string after_admission(const Error& error, const std::string& ns) {
  if (holds(error.message, "is the last active Admin"))
    return fmt::format("Make another Member an Admin, then try again: kubectl guildhall members role NAME Admin -n {}",
                       ns);
  if (holds(error.message, "would be the last active Admin")) return "Another Admin is being removed. Try again later.";
  if (holds(error.message, "delivery None")) return "Leave --delivery out, or use --delivery Link.";
  if (holds(error.message, "verb manage")) return "Only the platform team may do that. Ask it.";
  return {};
}

bool is_missing_kind(const Error& error) {
  return error.kind == ErrorKind::NotFound &&
         (holds(error.message, "could not find the requested resource") || holds(error.message, "404 page not found"));
}

/// What was asked for, as the client names it, is of the records API.
bool is_of_records(const Error& error) {
  return error.object.starts_with("auditentries") || error.object.starts_with("signups");
}

/// The API server does not know the records API, or cannot reach it: then it answers without a Status.
bool lacks_records(const Error& error) {
  const bool unreachable = error.kind == ErrorKind::Unavailable && error.reason.empty() &&
                           error.message.starts_with("the API server answered 503");
  return is_of_records(error) && (is_missing_kind(error) || unreachable);
}

std::string next_step(const Error& error, const std::string& ns) {
  if (lacks_records(error)) return "See what is wrong with it: kubectl get apiservice v1alpha1.records.guildhall.dev";
  if (is_missing_kind(error))
    return "Guildhall is not installed in this cluster: it has no members.guildhall.dev. Is it the right one? See: "
           "kubectl config current-context";
  if (is_rbac(error)) return after_rbac(error, ns);
  if (error.kind == ErrorKind::Forbidden) return after_admission(error, ns);
  if (error.kind == ErrorKind::NotFound && holds(error.message, "members.guildhall.dev"))
    return fmt::format("See who is there: kubectl guildhall members list -n {}", ns);
  if (error.kind == ErrorKind::NotFound && holds(error.message, "namespaces \""))
    return "Name the organization's home namespace with -n.";
  if (holds(error.message, "failed calling webhook"))
    return "Guildhall's operator does not answer. Nothing was changed; try again, and tell the platform team.";
  if (error.kind == ErrorKind::Conflict) return "It was changed meanwhile. Look at it, and try again.";
  if (error.kind == ErrorKind::TooManyRequests) return "Try again later.";
  return {};
}

/// As kubectl begins it.
std::string headline(const Error& error) {
  if (error.kind == ErrorKind::Unauthorized) return "error: You must be logged in to the server (Unauthorized)";
  if (lacks_records(error))
    return "error: the records API is not installed or its APIService is not available: " + error.message;
  if (is_missing_kind(error)) return "error: the server doesn't have a resource type \"members\"";
  if (!error.reason.empty()) return fmt::format("Error from server ({}): {}", error.reason, error.message);
  if (error.kind == ErrorKind::Unavailable || error.kind == ErrorKind::Timeout)
    return "Unable to connect to the server: " + error.describe();
  return "error: " + (error.cause ? error.describe() : error.message);
}

}  // namespace

std::string explain(const Error& error, const std::string& ns) {
  return core::printable_lines(headline(error)) + core::printable_lines(next_step(error, ns));
}

std::string no_configuration() {
  return "error: Missing or incomplete configuration info.  Please point to an existing, complete config file:\n\n\n"
         "  1. Via the command-line flag --kubeconfig\n"
         "  2. Via the KUBECONFIG environment variable\n"
         "  3. In your home directory as ~/.kube/config\n\n"
         "To view or setup config directly use the 'config' command.\n";
}

std::string explain_no_cluster(const Error& error) {
  return core::printable_lines("error: " + error.describe()) +
         "See which contexts there are: kubectl config get-contexts\n";
}

}  // namespace guildhall::plugin
