// By itself, so that no test is compiled with a replaced operator new in sight.
#include "support/allocations.hpp"
#include "support/locks.hpp"

TIDINGS_COUNT_ALLOCATIONS
TIDINGS_COUNT_LOCKS
