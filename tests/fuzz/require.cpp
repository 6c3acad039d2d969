#include "tests/fuzz/require.hpp"

#include <stdexcept>

namespace guildhall::tests::fuzz {

void require(bool holds, const std::string& promise) {
  if (!holds) throw std::logic_error("this does not hold: " + promise);
}

}  // namespace guildhall::tests::fuzz
