#pragma once

#include <chrono>
#include <string_view>

#include "operator/core/result.hpp"

namespace guildhall::plugin {

/// A time as kubectl's --request-timeout takes it: a duration of Go, or a number of seconds. At most a year.
/// Source: k8s.io/client-go tools/clientcmd, ParseTimeout. Errors: Invalid, naming the text.
core::Result<std::chrono::milliseconds> parse_timeout(std::string_view text);

}  // namespace guildhall::plugin
