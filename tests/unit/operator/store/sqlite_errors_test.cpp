#include "operator/store/sqlite_errors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

namespace guildhall::store {
namespace {

using core::ErrorKind;
using ::testing::HasSubstr;

struct Case {
  const char* name;
  int code;
  ErrorKind kind;
  const char* says;
};

class SqliteErrors : public ::testing::TestWithParam<Case> {};

TEST_P(SqliteErrors, SaysWhatAndWhichFile) {
  const core::Error error = to_error({.code = GetParam().code, .words = "its words"}, "/usr");
  EXPECT_EQ(error.kind, GetParam().kind);
  EXPECT_THAT(error.message, HasSubstr("/usr"));
  EXPECT_THAT(error.message, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Codes, SqliteErrors,
    ::testing::Values(Case{"Full", SQLITE_FULL, ErrorKind::Unavailable, "is full"},
                      Case{"ReadOnly", SQLITE_READONLY, ErrorKind::Unavailable, "read-only"},
                      Case{"ReadOnlyDirectory", SQLITE_READONLY_DIRECTORY, ErrorKind::Unavailable, "read-only"},
                      Case{"IO", SQLITE_IOERR_WRITE, ErrorKind::Unavailable, "its words, SQLite 778"},
                      Case{"NoShm", SQLITE_IOERR_SHMSIZE, ErrorKind::Unavailable, "look at the volume"},
                      Case{"CannotOpen", SQLITE_CANTOPEN, ErrorKind::Unavailable, "readable and writable"},
                      Case{"NotPermitted", SQLITE_PERM, ErrorKind::Unavailable, "may not be opened"},
                      Case{"Busy", SQLITE_BUSY, ErrorKind::Unavailable, "another process holds"},
                      Case{"NoMemory", SQLITE_NOMEM, ErrorKind::Unavailable, "no memory"},
                      Case{"Corrupt", SQLITE_CORRUPT_VTAB, ErrorKind::Internal, "is damaged (its words)"},
                      Case{"NotADatabase", SQLITE_NOTADB, ErrorKind::Invalid, "no SQLite database"},
                      Case{"Other", SQLITE_MISUSE, ErrorKind::Internal, "its words (SQLite 21)"}),
    [](const auto& info) { return info.param.name; });

TEST(SqliteErrors, OfAFileThatIsNotThereIsNotFound) {
  EXPECT_EQ(to_error({.code = SQLITE_CANTOPEN, .words = ""}, "/usr/nothing/records.db").kind, ErrorKind::NotFound);
}

}  // namespace
}  // namespace guildhall::store
