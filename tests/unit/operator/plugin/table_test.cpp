#include "operator/plugin/table.hpp"

#include <gtest/gtest.h>

namespace guildhall::plugin {
namespace {

const Table kTable{.header = {"NAME", "ROLE", "AGE"}, .rows = {{"ada", "Admin", "3d"}, {"jane.doe", "", "5s"}}};

TEST(TableTest, ColumnsStandThreeSpacesApartAndNoCellIsEmpty) {
  EXPECT_EQ(format_table(kTable),
            "NAME       ROLE     AGE\n"
            "ada        Admin    3d\n"
            "jane.doe   <none>   5s\n");
}

TEST(TableTest, TheHeaderCanBeLeftOut) {
  EXPECT_EQ(format_table(kTable, false),
            "ada        Admin    3d\n"
            "jane.doe   <none>   5s\n");
}

TEST(TableTest, ACellCannotBreakOutOfItsRow) {
  EXPECT_EQ(format_table({.header = {"NAME", "X"}, .rows = {{"a\nb\x1b[1m", "\xc3\xab"}, {"Zo\xc3\xab", "y"}}}),
            "NAME            X\n"
            "a\\x0ab\\x1b[1m   \xc3\xab\n"
            "Zo\xc3\xab             y\n");
}

}  // namespace
}  // namespace guildhall::plugin
