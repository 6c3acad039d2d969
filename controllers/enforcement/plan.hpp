#pragma once

#include "controllers/enforcement/observed.hpp"
#include "operator/core/codec.hpp"
#include "operator/core/plan.hpp"
#include "operator/core/timestamp.hpp"
#include "operator/gate/path_table.hpp"

namespace guildhall::controllers::enforcement {

/// Rule: what else than the gate lets keys in stands as the Organization asks for it, and nothing more of its own: the
/// configuration of vmauth in its Secret, VMUsers with their Secret.
///
/// Guarantees: written only where what stands differs, so that the steady state writes nothing; a Secret or VMUser of
/// somebody else is never touched; a namespace that is not the Organization's gets none; where the Organization is
/// suspended or being deleted, no token is let in; while it is paused, or Editors may read Secrets, only what takes
/// access away is written. A
/// configuration that is not wanted any more stays without users, as nobody's. The next look is when the next token
/// expires. Pure.
core::Plan plan(const Observed& seen, const gate::PathTable& paths, const core::Codec& codec, core::Timestamp now);

/// What is left of an Organization that is gone: `left` are the configurations that bear its name. Pure.
core::Plan plan_for_gone(const std::vector<apikey::VmauthView>& left, const core::Codec& codec);

}  // namespace guildhall::controllers::enforcement
