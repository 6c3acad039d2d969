#pragma once

namespace guildhall {

/// Makes this process write no core and lets no other process of its user read its memory: it holds tokens for moments.
/// Never fails silently: returns false when the kernel refused. Before any thread starts. Source: prctl(2)
/// PR_SET_DUMPABLE, setrlimit(2) RLIMIT_CORE.
bool harden_process();

}  // namespace guildhall
