#include "tests/unit/operator/store/memory_store.hpp"

#include "tests/unit/operator/store/audit_store_suite.hpp"

namespace guildhall::store {
namespace {

class MemoryHolder final : public StoreHolder {
 public:
  AuditStore& store() override { return store_; }
  void reopen() override {}

 private:
  MemoryStore store_;
};

INSTANTIATE_TEST_SUITE_P(Memory, AuditStoreSuite,
                         ::testing::Values(Subject{.name = "Memory",
                                                   .make = [] { return std::make_unique<MemoryHolder>(); }}),
                         name_of_subject);

}  // namespace
}  // namespace guildhall::store
