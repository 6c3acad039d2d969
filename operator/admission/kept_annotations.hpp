#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string_view>

#include "operator/admission/review.hpp"

namespace guildhall::admission {

/// The patch (RFC 6902) that gives an object back those annotations that it had and that a replacement from a file left
/// out: `kubectl replace`, or Argo CD with Replace=true, sends what stands in a file, which never holds what Guildhall
/// wrote. Such an object lacks guildhall.dev/changes, too. (The API server does not tell: it shows admission a patch as
/// an update.) Who takes one annotation away (`kubectl annotate NAME KEY-`) leaves that one, and means it. An empty
/// array: nothing is missing.
nlohmann::json kept_annotations(const Review& review, std::span<const std::string_view> names);

}  // namespace guildhall::admission
