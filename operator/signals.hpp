#pragma once

#include <chrono>

namespace guildhall {

/// Keeps SIGTERM and SIGINT from every thread, so that wait_for_end_signal() gets them. Before any thread starts.
void block_end_signals();

/// Waits for SIGTERM or SIGINT, sent by anybody or by request_end().
void wait_for_end_signal();

/// Has wait_for_end_signal() return. Async-signal-safe.
void request_end();

/// Ends the process with `exit_code` if it is still there after that time: a server that does not answer must not hold
/// a shutdown up.
void end_at_most_in(std::chrono::seconds time, int exit_code);

}  // namespace guildhall
