#include "operator/process_hardening.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace guildhall {
namespace {

bool refuse_to_be_read() {
#ifdef __SANITIZE_ADDRESS__
  // LeakSanitizer reads this process's memory through ptrace, which asks for a dumpable one.
  return true;
#else
  return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
#endif
}

}  // namespace

bool harden_process() {
  const rlimit none{0, 0};
  const bool no_core = setrlimit(RLIMIT_CORE, &none) == 0;
  return refuse_to_be_read() && no_core;
}

}  // namespace guildhall
