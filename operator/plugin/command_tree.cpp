#include "operator/plugin/command_tree.hpp"

#include "operator/plugin/audit_tree.hpp"
#include "operator/plugin/command_parts.hpp"
#include "operator/plugin/timeout.hpp"

namespace guildhall::plugin {

namespace {

const std::vector<std::string> kRoles{"Admin", "Editor", "Viewer"};
const std::vector<std::string> kPhases{"PendingInvitation", "ExpiredInvitation", "Active", "Inactive"};
const std::vector<std::string> kDeliveries{"Email", "Link", "None"};
constexpr const char* kTarget = "NAME|EMAIL";
constexpr const char* kTargetHelp = "The Member: its name, or its email";

/// Makes the tree around one Invocation.
class Tree {
 public:
  explicit Tree(Invocation& invocation)
      : to_(invocation), app_(std::make_unique<CLI::App>("Members, roles and rights of a Guildhall organization.")) {}

  std::unique_ptr<CLI::App> make() && {
    app_->name("kubectl guildhall");
    app_->require_subcommand(1);
    app_->set_help_flag("-h,--help", "Show this");
    app_->add_subcommand("help", "Show this, or the help of a command");
    add_connection();
    add_members();
    add_who_am_i();
    add_can_i();
    add_audit(*app_, to_);
    add_sign_up();
    add_rest();
    return std::move(app_);
  }

 private:
  template <class T>
  std::pair<CLI::App*, T*> add(CLI::App& parent, const std::string& name, const std::string& help, T command = {}) {
    return add_command(to_, parent, {.name = name, .help = help}, std::move(command));
  }
  void add_output(CLI::App& command, const Outputs& outputs) { plugin::add_output(to_, command, outputs); }

  void add_connection() {
    Connection& connection = to_.connection;
    const auto text = [&](const std::string& flag, std::string& value, const std::string& help, const char* type) {
      app_->add_option(flag, value, help)->type_name(type)->group("Flags of kubectl");
    };
    text("--kubeconfig", connection.kubeconfig, "Kubeconfig file. Default: $KUBECONFIG, ~/.kube/config, the pod's",
         "FILE");
    text("--context", connection.context, "Context of the kubeconfig. Default: the current one", "NAME");
    text("--cluster", connection.cluster, "Cluster of the kubeconfig, in place of the context's", "NAME");
    text("--user", connection.user, "User of the kubeconfig, in place of the context's", "NAME");
    text("-n,--namespace", connection.ns, "The organization's home. Default: the context's namespace", "NAME");
    text("--as", connection.as, "User to impersonate", "USER");
    text("--as-group", connection.as_group, "Group to impersonate; one at most", "GROUP");
    app_->add_option_function<std::string>(
            "--request-timeout", [&connection](const std::string& given) { set_timeout(given, connection); },
            "How long one request may take, such as 10s, 1m30s or 10 (seconds); 0: no limit. Default: 30s")
        ->type_name("TIME")
        ->group("Flags of kubectl");
  }

  static void set_timeout(const std::string& given, Connection& connection) {
    constexpr std::chrono::hours kNoLimit{24};
    const auto time = time_of("--request-timeout", given);
    connection.request_timeout = time.count() == 0 ? kNoLimit : time;
  }

  static std::chrono::milliseconds time_of(const std::string& flag, const std::string& given) {
    const auto time = parse_timeout(given);
    if (!time) throw CLI::ValidationError(flag, time.error().message);
    return *time;
  }

  void add_members() {
    CLI::App* members = app_->add_subcommand("members", "See, invite, change and remove Members");
    members->alias("member")->require_subcommand(1)->fallthrough();
    add_list(*members);
    add_invite(*members);
    add_changes(*members);
    add_removals(*members);
  }

  void add_list(CLI::App& members) {
    auto [list, command] = add<ListMembers>(members, "list", "Who belongs to the organization");
    list->alias("ls");
    list->add_flag("-A,--all-namespaces", command->all_namespaces, "Of all organizations");
    add_choice(*list, "--role", command->role, kRoles, "Only this role");
    add_choice(*list, "--phase", command->phase, kPhases, "Only this phase");
    list->add_option("--email", command->email, "Only this email")->type_name("EMAIL");
    add_output(*list, {});
    list->add_flag("--no-headers", to_.no_headers, "Without the line of headers");
  }

  void add_invite(CLI::App& members) {
    auto [invite, command] = add<InviteMember>(members, "invite", "Make a Member, and invite it");
    invite->add_option("EMAIL", command->email, "Who is invited")->required()->type_name("");
    invite->add_option("--role", command->role, "What it may do")
        ->required()
        ->check(CLI::IsMember(kRoles).description(""))
        ->type_name(CLI::detail::join(kRoles, "|"));
    invite->add_option("--name", command->name, "The Member's name. Default: made of the email")->type_name("NAME");
    invite->add_option("--display-name", command->display_name, "The name that people see")->type_name("TEXT");
    add_choice(*invite, "--delivery", command->delivery, kDeliveries,
               "How the link gets there: by mail, in a Secret, or not at all. Default: Email");
    add_wait(*invite, *command);
    add_dry_run(*invite, command->dry_run);
    invite->add_flag("--show-link", command->show_link, "Print the link itself; needs --delivery Link, waits for it");
    add_output(*invite, {.wide = false});
  }

  template <class T>
  static void add_wait(CLI::App& sub, T& command) {
    sub.add_option_function<std::string>(
           "--wait", [&command](const std::string& given) { command.wait = time_of("--wait", given); },
           "Wait until it is clear what became of it; --wait alone: 60s")
        ->type_name("[=TIME]");
  }

  template <class T>
  std::pair<CLI::App*, T*> add_targeted(CLI::App& members, const std::string& name, const std::string& help,
                                        T initial = {}) {
    auto [sub, command] = add<T>(members, name, help, std::move(initial));
    sub->add_option(kTarget, command->target, kTargetHelp)->required()->type_name("");
    add_output(*sub, {.wide = false});
    return {sub, command};
  }

  void add_changes(CLI::App& members) {
    add_targeted<SetState>(members, "activate", "Give a Member its role back", {.target = {}, .state = "Active"});
    add_targeted<SetState>(members, "deactivate", "Keep a Member, and take all it can do",
                           {.target = {}, .state = "Inactive"});
    auto [role, command] = add<SetRole>(members, "role", "Give a Member another role");
    role->add_option(kTarget, command->target, kTargetHelp)->required()->type_name("");
    role->add_option("ROLE", command->role, "The new role")
        ->required()
        ->check(CLI::IsMember(kRoles).description(""))
        ->type_name("Admin|Editor|Viewer");
    add_output(*role, {.wide = false});
    auto [resend, resent] =
        add_targeted<ResendInvitation>(members, "resend", "Send the invitation again; the link before it dies");
    add_wait(*resend, *resent);
  }

  void add_removals(CLI::App& members) {
    auto [remove, deletion] = add<DeleteMember>(members, "delete", "Remove a Member, after its email was retyped");
    remove->add_option(kTarget, deletion->target, kTargetHelp)->required()->type_name("");
    remove->add_flag("-y,--yes", deletion->yes, "Do not ask");
    auto [leave, leaving] = add<Leave>(members, "leave", "Remove yourself, after the organization's name was retyped");
    leave->add_option("NAME", leaving->name, "Which of your Members, if you have several")->type_name("");
    leave->add_flag("-y,--yes", leaving->yes, "Do not ask");
  }

  void add_who_am_i() {
    auto [sub, command] = add<WhoAmI>(*app_, "whoami", "Whom the API server takes you for, and which Members you are");
    sub->add_flag("-A,--all-namespaces", command->all_namespaces, "In all organizations that you may read");
    add_output(*sub, {});
  }

  void add_can_i() {
    auto [sub, command] = add<CanI>(*app_, "can-i", "What you may do here; with VERB and RESOURCE: yes or no");
    CLI::Option* verb = sub->add_option("VERB", command->verb, "get, list, create, ...")->type_name("");
    CLI::Option* what =
        sub->add_option("RESOURCE", command->what, "RESOURCE, RESOURCE.GROUP, either with /NAME")->type_name("");
    verb->needs(what);
    sub->add_flag("-q,--quiet", command->quiet, "Say it by the exit code alone");
    add_output(*sub, {.wide = false, .name = false});
  }

  void add_sign_up() {
    auto [sub, command] = add<SignUp>(*app_, "signup", "Make an organization of your own");
    sub->add_option("NAME", command->organization, "The organization's name: lower-case letters, digits, dashes")
        ->required()
        ->type_name("");
    sub->add_option("--email", command->email, "Your e-mail address. Default: your user name, if it is one")
        ->type_name("EMAIL");
    sub->add_option("--display-name", command->display_name, "The name that people see. Default: NAME")
        ->type_name("TEXT");
    add_dry_run(*sub, command->dry_run);
    add_output(*sub, {.wide = false});
  }

  void add_rest() {
    auto [completion, shown] = add<ShowCompletion>(*app_, "completion", "Completion for kubectl-guildhall in a shell");
    completion->add_option("SHELL", shown->shell, "The shell")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}).description(""))
        ->type_name("bash|zsh|fish");
    auto [version, nothing] = add<ShowVersion>(*app_, "version", "The version of this program");
    (void)nothing;
    add_output(*version, {.wide = false, .name = false});
  }

  Invocation& to_;
  std::unique_ptr<CLI::App> app_;
};

}  // namespace

std::unique_ptr<CLI::App> make_command_tree(Invocation& invocation) {
  return Tree(invocation).make();
}

}  // namespace guildhall::plugin
