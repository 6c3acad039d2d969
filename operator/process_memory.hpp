#pragma once

namespace guildhall {

/// Has the allocator share two heaps among all threads, where glibc gives nearly every thread its own: what one thread
/// frees, another can use again. Costs no time that could be measured, as threads here wait for the API server. Before
/// any thread starts. Source: mallopt(3), M_ARENA_MAX.
void keep_memory_small();

}  // namespace guildhall
