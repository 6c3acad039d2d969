// How a target says that a promise is broken.
#pragma once

#include <string>

namespace guildhall::tests::fuzz {

/// Throws std::logic_error with these words when it does not hold. Nobody catches it in a fuzzer, which ends there with
/// the stack; a test fails, naming the seed, and goes on with the next.
void require(bool holds, const std::string& promise);

}  // namespace guildhall::tests::fuzz
