#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace guildhall::http {

/// One header field as it came.
struct Field {
  std::string_view name;
  std::string_view value;
};

/// Why a request that Beast's parser took must be refused with 400; empty: it may pass. Pure.
std::string_view find_ambiguity(unsigned version, const std::vector<Field>& fields);

}  // namespace guildhall::http
