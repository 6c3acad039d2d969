#pragma once

#include <functional>
#include <memory>

#include "operator/core/clock.hpp"
#include "operator/core/metrics.hpp"
#include "operator/core/random.hpp"
#include "operator/http/server.hpp"
#include "operator/informers.hpp"
#include "operator/kube/client.hpp"
#include "operator/kube/transport.hpp"
#include "operator/records/signup.hpp"
#include "operator/records/use_report.hpp"
#include "operator/records_source.hpp"
#include "operator/store/audit_store.hpp"

namespace guildhall {

/// What this replica answers of records.guildhall.dev. Thread-safe.
class RecordsApi {
 public:
  /// References outlive it.
  struct Surroundings {
    std::shared_ptr<kube::HttpTransport> transport;
    Informers& informers;
    const core::Clock& clock;
    core::RandomSource& random;
    core::Metrics& metrics;
    store::AuditStore& store;
    std::function<void(const core::Error&)> damaged;  ///< the store cannot be read whole
    records::SignupDesk sign_up;
    records::UseReportDesk keep_uses;
    std::function<bool()> has_read_cluster;
    std::stop_token stop;
  };

  explicit RecordsApi(Surroundings surroundings);

  /// Where gates create UseReports.
  static constexpr std::string_view kReportsPath = "/apis/records.guildhall.dev/v1alpha1/usereports";

  /// Whether it answers that path.
  [[nodiscard]] static bool answers(std::string_view path);
  [[nodiscard]] http::Handler handler();

 private:
  [[nodiscard]] core::Result<std::optional<core::AuditOrganization>> organization_of(const std::string& ns) const;
  [[nodiscard]] double random() const;

  Surroundings at_;
  kube::Client client_;
  RecordsSource source_;
};

}  // namespace guildhall
