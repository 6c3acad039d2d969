// What others can send us, and what must hold whatever they send.
#pragma once

#include <string_view>

namespace guildhall::tests::fuzz {

// Each reads one input as the product reads what comes from outside, and holds the outcome against what must be true of
// it; require() says when it is not. Pure: the same input gives the same outcome, and nothing is read but the input.
// What an input stands for is said in the file of that name.

void check_token(std::string_view input);
void check_path(std::string_view input);
void check_request(std::string_view input);
void check_kubeconfig(std::string_view input);
void check_watch_line(std::string_view input);
void check_review(std::string_view input);

}  // namespace guildhall::tests::fuzz
