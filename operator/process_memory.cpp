#include "operator/process_memory.hpp"

#include <malloc.h>

namespace guildhall {

void keep_memory_small() {
  mallopt(M_ARENA_MAX, 2);
}

}  // namespace guildhall
