#include "operator/process_hardening.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace guildhall {

bool harden_process() {
  const rlimit none{0, 0};
  const bool no_core = setrlimit(RLIMIT_CORE, &none) == 0;
#ifdef __SANITIZE_ADDRESS__
  const bool not_dumpable =
      true;  // LeakSanitizer reads this process's memory through ptrace, which asks for a dumpable one
#else
  const bool not_dumpable = prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
#endif
  return no_core && not_dumpable;
}

}  // namespace guildhall
