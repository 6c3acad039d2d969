#include "operator/wiring.hpp"

#include "controllers/apikey/wakeups.hpp"
#include "controllers/enforcement/observed.hpp"
#include "controllers/enforcement/wakeups.hpp"
#include "controllers/member/wakeups.hpp"
#include "controllers/organization/wakeups.hpp"

namespace guildhall {
namespace {

namespace apikey = controllers::apikey;
namespace enforcement = controllers::enforcement;
namespace member = controllers::member;
namespace organization = controllers::organization;
using Keys = std::vector<core::ObjectKey>;

void add_all(runtime::Controller& controller, const Keys& keys) {
  for (const auto& key : keys)
    controller.add(key);
}

void add_all_later(runtime::Controller& controller, const Keys& keys) {
  for (const auto& key : keys)
    controller.add_after(key, organization::kChildDelay);
}

void connect_organizations(Informers& informers, const Controllers& controllers) {
  informers.organizations.add_handler([&informers, controllers](const core::ObjectKey& key, const auto& before,
                                                                const auto& after) {
    controllers.organization.add(key);
    add_all(controllers.organization,
            organization::wakened_by_organization(informers.organization_caches, before.get(), after.get()));
    add_all(controllers.member, member::wakened_by_organization(informers.member_caches, before.get(), after.get()));
    add_all(controllers.api_key, apikey::wakened_by_organization(informers.api_key_caches, before.get(), after.get()));
  });
}

void connect_namespaces(Informers& informers, const Controllers& controllers) {
  informers.namespaces.add_handler(
      [&informers, controllers](const core::ObjectKey& /*key*/, const auto& before, const auto& after) {
        add_all(controllers.organization,
                organization::wakened_by_namespace(informers.organization_caches, before.get(), after.get()));
        add_all(controllers.member, member::wakened_by_namespace(informers.member_caches, before.get(), after.get()));
        add_all(controllers.api_key, apikey::wakened_by_namespace(informers.api_key_caches, before.get(), after.get()));
      });
}

void connect_members(Informers& informers, const Controllers& controllers,
                     const organization::IdentityRules& identity) {
  informers.members.add_handler(
      [&informers, controllers, identity](const core::ObjectKey& key, const auto& before, const auto& after) {
        controllers.member.add(key);
        add_all(controllers.member,
                member::wakened_by_member(informers.member_caches, identity, before.get(), after.get()));
        add_all_later(controllers.organization,
                      organization::wakened_by_member(informers.organization_caches, before.get(), after.get()));
        add_all(controllers.api_key, apikey::wakened_by_member(informers.api_key_caches, before.get(), after.get()));
      });
}

void connect_api_keys(Informers& informers, const Controllers& controllers) {
  informers.api_keys.add_handler(
      [&informers, controllers](const core::ObjectKey& key, const auto& before, const auto& after) {
        controllers.api_key.add(key);
        add_all(controllers.api_key, apikey::wakened_by_api_key(informers.api_key_caches, before.get(), after.get()));
        add_all_later(controllers.organization,
                      organization::wakened_by_api_key(informers.organization_caches, before.get(), after.get()));
      });
}

/// What was sealed by a key that just came or went is judged anew.
void connect_seal_keys(Informers& informers, const Controllers& controllers) {
  informers.seal_keys.add_handler(
      [&informers, controllers](const core::ObjectKey& /*key*/, const auto& before, const auto& /*after*/) {
        if (!before) return;  // nothing was judged without keys
        for (const auto& organization : informers.organizations.list())
          controllers.organization.add(organization->metadata.key());
        for (const auto& member : informers.members.list())
          controllers.member.add(member->metadata.key());
        for (const auto& api_key : informers.api_keys.list())
          controllers.api_key.add(api_key->metadata.key());
      });
}

void connect_roles(Informers& informers, const Controllers& controllers) {
  for (auto* roles : {&informers.roles, &informers.cluster_roles}) {
    roles->add_handler(
        [&informers, controllers](const core::ObjectKey& /*key*/, const auto& before, const auto& after) {
          add_all(controllers.organization,
                  organization::wakened_by_role(informers.organization_caches, before.get(), after.get()));
          add_all(controllers.member, member::wakened_by_role(before.get(), after.get()));
        });
  }
  for (auto* bindings : {&informers.role_bindings, &informers.cluster_role_bindings}) {
    bindings->add_handler(
        [&informers, controllers](const core::ObjectKey& /*key*/, const auto& before, const auto& after) {
          add_all(controllers.organization,
                  organization::wakened_by_binding(informers.organization_caches, before.get(), after.get()));
          add_all(controllers.member, member::wakened_by_binding(informers.member_caches, before.get(), after.get()));
        });
  }
}

void connect_deployments(Informers& informers, const Controllers& controllers) {
  const auto changed = [&informers, controllers](const core::ObjectKey& /*key*/, const auto& before,
                                                 const auto& after) {
    add_all_later(controllers.organization,
                  organization::wakened_by_deployment(informers.organization_caches, before.get(), after.get()));
    add_all(controllers.api_key, apikey::wakened_by_deployment(informers.api_key_caches, before.get(), after.get()));
  };
  informers.services.add_handler(changed);
  for (organization::DeploymentCache& cache : informers.deployments) {
    cache.objects.add_handler(changed);
    // What was not known until then stands in their status as it was.
    cache.objects.on_listed([&informers, controllers] {
      for (const auto& one : informers.organizations.list())
        controllers.organization.add(one->metadata.key());
      add_all(controllers.api_key, apikey::keys_with_selectors(informers.api_key_caches));
    });
  }
}

/// Many keys that change at once are one configuration.
void connect_enforcement(Informers& informers, const Controllers& controllers) {
  informers.organizations.add_handler(
      [controllers](const core::ObjectKey& /*key*/, const auto& before, const auto& after) {
        add_all_later(controllers.enforcement, enforcement::wakened_by_organization(before.get(), after.get()));
      });
  informers.members.add_handler(
      [&informers, controllers](const core::ObjectKey& /*key*/, const auto& before, const auto& after) {
        add_all_later(controllers.enforcement,
                      enforcement::wakened_by_member(informers.enforcement_caches, before.get(), after.get()));
      });
  informers.api_keys.add_handler(
      [&informers, controllers](const core::ObjectKey& /*key*/, const auto& before, const auto& after) {
        add_all_later(controllers.enforcement,
                      enforcement::wakened_by_api_key(informers.enforcement_caches, before.get(), after.get()));
      });
  informers.vmauth.add_handler(
      [&informers, controllers](const core::ObjectKey& /*key*/, const auto& before, const auto& after) {
        const Keys wakened = enforcement::wakened_by_vmauth(informers.enforcement_caches, before.get(), after.get());
        add_all(controllers.enforcement, wakened);
        // The bindings of Editors, releases and deletions wait for tokens to go; Editors go before tokens that came.
        const bool held = before && enforcement::holds_tokens(*before);
        const bool holds = after && enforcement::holds_tokens(*after);
        if (!held || !holds) add_all(controllers.organization, wakened);
        add_all(controllers.api_key, apikey::wakened_by_vmauth(informers.api_key_caches, before.get(), after.get()));
      });
  informers.vmusers.add_handler(
      [&informers, controllers](const core::ObjectKey& /*key*/, const auto& before, const auto& after) {
        add_all(controllers.enforcement,
                enforcement::wakened_by_vmuser(informers.enforcement_caches, before.get(), after.get()));
        add_all(controllers.api_key, apikey::wakened_by_vmuser(informers.api_key_caches, before.get(), after.get()));
      });
  informers.vmusers.on_listed([&informers, controllers] {
    add_all(controllers.enforcement, enforcement::that_want_vmusers(informers.enforcement_caches));
  });
}

}  // namespace

void connect(Informers& informers, const Controllers& controllers, const organization::IdentityRules& identity) {
  connect_organizations(informers, controllers);
  connect_namespaces(informers, controllers);
  connect_members(informers, controllers, identity);
  connect_api_keys(informers, controllers);
  connect_seal_keys(informers, controllers);
  connect_roles(informers, controllers);
  connect_deployments(informers, controllers);
  connect_enforcement(informers, controllers);
  informers.secrets.add_handler(
      [&informers, controllers](const core::ObjectKey& /*key*/, const auto& before, const auto& after) {
        add_all(controllers.api_key, apikey::wakened_by_secret(informers.api_key_caches, before.get(), after.get()));
      });
  informers.invitation_secrets.add_handler(
      [controllers](const core::ObjectKey& /*key*/, const auto& before, const auto& after) {
        add_all(controllers.member, member::wakened_by_invitation_secret(before.get(), after.get()));
      });
}

}  // namespace guildhall
