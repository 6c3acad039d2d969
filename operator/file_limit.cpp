#include "operator/file_limit.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace guildhall {

std::uint64_t raise_file_limit() {
  // More than all listeners take at once; some systems allow a thousand million.
  constexpr rlim_t kEnough = 65'536;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  rlimit wanted = limit;
  wanted.rlim_cur = std::max(limit.rlim_cur, std::min(limit.rlim_max, kEnough));
  return setrlimit(RLIMIT_NOFILE, &wanted) == 0 ? wanted.rlim_cur : limit.rlim_cur;
}

}  // namespace guildhall
