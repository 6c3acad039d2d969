// What every AuditStore has to do. A store is held to it by
//   INSTANTIATE_TEST_SUITE_P(Sqlite, AuditStoreSuite, ::testing::Values(Subject{...}), name_of_subject);
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "operator/store/audit_store.hpp"

namespace guildhall::store {

/// A store that is empty at first.
class StoreHolder {
 public:
  StoreHolder() = default;
  StoreHolder(const StoreHolder&) = delete;
  StoreHolder& operator=(const StoreHolder&) = delete;
  virtual ~StoreHolder() = default;
  virtual AuditStore& store() = 0;
  /// As after the end of the process and a new start.
  virtual void reopen() = 0;
};

struct Subject {
  std::string name;
  std::function<std::unique_ptr<StoreHolder>()> make;
};

inline void PrintTo(const Subject& subject, std::ostream* out) {
  *out << subject.name;
}

inline std::string name_of_subject(const ::testing::TestParamInfo<Subject>& info) {
  return info.param.name;
}

class AuditStoreSuite : public ::testing::TestWithParam<Subject> {
 protected:
  AuditStore& store() { return holder_->store(); }
  void reopen() { holder_->reopen(); }

  /// What was added.
  std::vector<core::RecordedEntry> append(const std::vector<core::AuditEntry>& entries);
  /// The newest first.
  std::vector<std::string> ids_that_fit(const core::AuditFilter& filter);
  /// The one of that name.
  KnownOrganization known(const std::string& name);

 private:
  std::unique_ptr<StoreHolder> holder_ = GetParam().make();
};

using std::chrono::seconds;

}  // namespace guildhall::store
