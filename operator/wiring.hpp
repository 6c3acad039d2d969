#pragma once

#include "operator/informers.hpp"
#include "operator/runtime/controller.hpp"

namespace guildhall {

/// The controllers, by kind.
struct Controllers {
  runtime::Controller& organization;
  runtime::Controller& member;
  runtime::Controller& api_key;
  runtime::Controller& enforcement;
};

/// Connects each informer's changes to the controllers that they concern. Before the informers run.
void connect(Informers& informers, const Controllers& controllers,
             const controllers::organization::IdentityRules& identity);

}  // namespace guildhall
