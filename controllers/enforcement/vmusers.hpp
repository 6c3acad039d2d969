#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controllers/apikey/vmuser_view.hpp"
#include "controllers/enforcement/admittance.hpp"
#include "operator/gate/path_table.hpp"

namespace guildhall::controllers::enforcement {

/// So many VMUsers of one Organization; more tokens are left out.
inline constexpr std::size_t kMostVmUsers = 5'000;

/// The VMUser of one token.
struct WantedVmUser {
  core::ObjectKey key;
  std::string hash;       ///< of the token
  std::string entry;      ///< of the Secret beside it, in which it stands
  nlohmann::json object;  ///< as it is applied; holds no token
};

/// One for each token that opens something: it refers to its entry of the Secret beside it, keeps the VictoriaMetrics
/// operator from writing another Secret with it, and names every path. Pure. Source: VictoriaMetrics operator, "VMUser"
/// (v1beta1).
std::vector<WantedVmUser> wanted_vmusers(const api::Organization& organization, const std::string& ns,
                                         const std::vector<AdmittedToken>& tokens, const gate::PathTable& paths);

/// Whether somebody has added to it what opens more paths, or to others: it has to be made anew, as an apply takes away
/// nothing that others have written.
bool opens_more(const apikey::VmUserView& standing);

/// Whether what stands says what is wanted; what others add to it does not matter.
bool is_up_to_date(const apikey::VmUserView& standing, const WantedVmUser& wanted);

}  // namespace guildhall::controllers::enforcement
