#pragma once

#include <string_view>

#include "operator/core/random.hpp"
#include "operator/core/secret_text.hpp"

namespace guildhall::controllers::member {

/// The secret of an invitation's link: `gli_` and 43 characters of 0-9A-Za-z (256 bits). Who shows it is who was
/// invited. Elsewhere stands only the hex SHA-256 of the whole.
core::SecretText draw_invitation_token(core::RandomSource& random);

/// Whether it has that form. Says nothing about whether it is accepted.
bool is_invitation_token(std::string_view text);

/// The token at the end of a link, behind its last slash; "" of any other text.
std::string_view token_of_link(std::string_view link);

}  // namespace guildhall::controllers::member
