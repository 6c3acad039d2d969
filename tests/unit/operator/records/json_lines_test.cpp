#include "operator/records/json_lines.hpp"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/unit/operator/records/some_entries.hpp"

namespace guildhall::records {
namespace {

RC_GTEST_PROP(AJsonLine, OfAnyEntryIsOneLineOfJson, ()) {
  std::string out;
  append_json_line(out, entry_of(nasty_text()), "acme");
  RC_ASSERT(out.find('\n') == out.size() - 1);
  const auto object = nlohmann::json::parse(out);
  RC_ASSERT(object["kind"] == "AuditEntry");
  RC_ASSERT(object["metadata"]["namespace"] == "acme");
}

}  // namespace
}  // namespace guildhall::records
