#pragma once

#include <functional>
#include <map>
#include <string>

#include "operator/admission/review.hpp"
#include "operator/admission/webhook_paths.hpp"
#include "operator/core/metrics.hpp"
#include "operator/http/server.hpp"

namespace guildhall::admission {

/// Decides one review. Thread-safe; an exception becomes 500.
using Webhook = std::function<Verdict(const Review& review)>;

/// POST of an AdmissionReview to a webhook's path (the API server adds ?timeout=3s); `webhooks` are by name. 400 for
/// what is none, 404 and 405 for the rest. Counted in guildhall_admission_reviews_total{webhook,operation,result}.
http::Handler make_routes(std::map<std::string, Webhook> webhooks, WebhookPaths paths, core::Metrics& metrics);

}  // namespace guildhall::admission
