#include <algorithm>
#include <ostream>

#include "operator/api/member.hpp"
#include "operator/core/printable.hpp"
#include "operator/plugin/arguments.hpp"
#include "operator/plugin/call.hpp"
#include "operator/plugin/documents.hpp"
#include "operator/plugin/email.hpp"
#include "operator/plugin/member_table.hpp"
#include "operator/plugin/printing.hpp"

namespace guildhall::plugin {

namespace {

bool is_wanted(const MemberView& member, const ListMembers& command) {
  const auto fits = [](const std::string& wanted, const std::string& is) { return wanted.empty() || wanted == is; };
  return fits(command.role, member.role) && fits(command.phase, member.phase) &&
         fits(as_in_members(command.email), member.email);
}

void print_table(const Call& call, const ListMembers& command, const std::vector<nlohmann::json>& members) {
  if (members.empty()) {
    call.err << (command.all_namespaces
                     ? "No resources found\n"
                     : "No resources found in " + core::printable(call.session.ns()) + " namespace.\n");
    return;
  }
  const MemberColumns columns{.with_namespace = command.all_namespaces, .wide = call.invocation.output == Output::Wide};
  call.out << format_table(member_table(member_views(members), columns, now()), !call.invocation.no_headers);
}

}  // namespace

Outcome run(const Call& call, const ListMembers& command) {
  auto members = call.session.list(api::member_type(), command.all_namespaces ? "" : call.session.ns());
  if (!members) return std::unexpected(std::move(members.error()));
  std::erase_if(*members, [&](const auto& member) { return !is_wanted(member_view(member), command); });
  switch (call.invocation.output) {
    case Output::Table:
    case Output::Wide:
      print_table(call, command, *members);
      break;
    case Output::Name:
      for (const auto& member : *members)
        call.out << name_of(member_view(member)) << "\n";
      break;
    case Output::Json:
    case Output::Yaml:
      std::ranges::transform(*members, members->begin(), without_managed_fields);
      print_document(call.out, call.invocation.output, list_of(std::move(*members)));
  }
  return kDone;
}

}  // namespace guildhall::plugin
