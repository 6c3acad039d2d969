#include <fmt/ranges.h>

#include <ostream>

#include "operator/api/member.hpp"
#include "operator/core/printable.hpp"
#include "operator/plugin/arguments.hpp"
#include "operator/plugin/call.hpp"

namespace guildhall::plugin {

namespace {

using core::ErrorKind;

/// What must be typed before something is removed.
struct Confirmation {
  std::string consequences;
  std::string what;  ///< "email"
  std::string text;
};

core::Result<void> confirm(const Call& call, const Confirmation& wanted) {
  const auto typed = call.ask(fmt::format("{}\nType the {} ({}) to go on: ", core::printable(wanted.consequences),
                                          wanted.what, core::printable(wanted.text)));
  if (!typed) return std::unexpected(typed.error());
  if (*typed == wanted.text) return {};
  return core::fail(ErrorKind::Invalid, fmt::format("that is not {}; nothing was removed", wanted.text));
}

/// By its uid: another Member that has got the name meanwhile stays.
Outcome remove(const Call& call, const MemberView& member, const std::string& done) {
  const auto removed =
      call.session.client().remove(api::member_type(), member.key, {.uid = member.uid, .resource_version = {}});
  if (!removed) return std::unexpected(removed.error());
  call.out << core::printable(name_of(member)) << " " << core::printable(done) << "\n";
  return kDone;
}

/// The Members that the caller may be: the named one, which it may always read, or those of the namespace.
core::Result<std::vector<nlohmann::json>> candidates(const Call& call, const std::string& name) {
  if (name.empty()) return call.session.list(api::member_type(), call.session.ns());
  auto member = call.session.find_member(name);
  if (!member) return std::unexpected(std::move(member.error()));
  return std::vector<nlohmann::json>{std::move(*member)};
}

/// The one Member that the caller is. A Group gives access, never identity.
core::Result<MemberView> own_member(const Call& call, const std::string& name) {
  const auto caller = call.session.who_am_i();
  if (!caller) return std::unexpected(caller.error());
  const auto members = candidates(call, name);
  if (!members) return std::unexpected(members.error());
  auto own = own_members(*caller, member_views(*members));
  std::erase_if(own, [](const OwnMember& each) { return !each.is_self; });
  if (own.size() == 1) return own.front().member;
  if (own.empty()) {
    return core::fail(ErrorKind::NotFound,
                      fmt::format("you are {}, and {} in {}; see: kubectl guildhall whoami -n {}", caller->user,
                                  name.empty() ? "no Member" : "not " + name, call.session.ns(), call.session.ns()));
  }
  std::vector<std::string> names;
  names.reserve(own.size());
  for (const auto& each : own)
    names.push_back(each.member.key.name);
  return core::fail(ErrorKind::Invalid, fmt::format("you are several Members in {}; name one: {}", call.session.ns(),
                                                    fmt::join(names, ", ")));
}

}  // namespace

Outcome run(const Call& call, const DeleteMember& command) {
  const auto member = call.session.find_member(command.target);
  if (!member) return std::unexpected(member.error());
  const MemberView view = member_view(*member);
  if (!command.yes) {
    const auto confirmed =
        confirm(call, {.consequences = fmt::format("This removes {} ({}) from {}, and all it may do there.", view.email,
                                                   view.role, view.key.ns),
                       .what = "email",
                       .text = view.email});
    if (!confirmed) return std::unexpected(confirmed.error());
  }
  return remove(call, view, "deleted");
}

Outcome run(const Call& call, const Leave& command) {
  const auto own = own_member(call, command.name);
  if (!own) return std::unexpected(own.error());
  const std::string organization = own->organization.empty() ? own->key.ns : own->organization;
  if (!command.yes) {
    const auto confirmed =
        confirm(call, {.consequences = fmt::format("You leave {}, and lose all you may do there as {} ({}).",
                                                   organization, own->email, own->role),
                       .what = "organization's name",
                       .text = organization});
    if (!confirmed) return std::unexpected(confirmed.error());
  }
  return remove(call, *own, "left " + organization);
}

}  // namespace guildhall::plugin
