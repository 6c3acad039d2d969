#include "operator/page/routes.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace guildhall::page {
namespace {

struct RouteCase {
  std::string path;
  std::string prefix;
  Route want;
};

void PrintTo(const RouteCase& sample, std::ostream* out) {
  *out << sample.prefix << " " << sample.path;
}

class RouteOf : public testing::TestWithParam<RouteCase> {};

TEST_P(RouteOf, IsRead) {
  const Route route = route_of(GetParam().path, GetParam().prefix);
  EXPECT_EQ(label_of(route.place), label_of(GetParam().want.place));
  EXPECT_EQ(route.token, GetParam().want.token);
}

using enum Place;

INSTANTIATE_TEST_SUITE_P(
    , RouteOf,
    testing::Values(RouteCase{"/", "", {Start, ""}}, RouteCase{"", "", {}}, RouteCase{"*", "", {}},
                    RouteCase{"/robots.txt", "", {Robots, ""}}, RouteCase{"/invitations/t", "", {Invitation, "t"}},
                    RouteCase{"/invitations/", "", {Invitation, ""}}, RouteCase{"/invitations", "", {}},
                    RouteCase{"/invitations/t/accept", "", {Accept, "t"}},
                    RouteCase{"/invitations/t/decline", "", {Decline, "t"}},
                    RouteCase{"/invitations/t/Accept", "", {Invitation, "t/Accept"}},
                    RouteCase{"/invitations/t/accept/", "", {Invitation, "t/accept/"}},
                    RouteCase{"/invitations//accept", "", {Accept, ""}},
                    RouteCase{"/invitations/accept", "", {Invitation, "accept"}}, RouteCase{"//", "", {}},
                    RouteCase{"/a/b", "/a/b", {Start, ""}}, RouteCase{"/a/b/", "/a/b", {Start, ""}},
                    RouteCase{"/a/bc", "/a/b", {}}, RouteCase{"/a/binvitations/t", "/a/b", {}},
                    RouteCase{"/a/b/invitations/t", "/a/b", {Invitation, "t"}}, RouteCase{"/invitations/t", "/a/b", {}},
                    RouteCase{"/", "/a", {}}));

}  // namespace
}  // namespace guildhall::page
