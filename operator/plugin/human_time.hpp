#pragma once

#include <chrono>
#include <string>

#include "operator/core/timestamp.hpp"

namespace guildhall::plugin {

/// How long ago, as kubectl writes it: "2m15s", "3h", "45d", "2y10d".
/// Source: k8s.io/apimachinery pkg/util/duration, HumanDuration.
std::string human_duration(std::chrono::seconds time);

/// "2026-11-25 10:00 UTC", as mails say it.
std::string human_time(core::Timestamp time);

}  // namespace guildhall::plugin
