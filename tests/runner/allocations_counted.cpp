// By itself, so that no test is compiled with a replaced operator new in sight.
#include "support/allocations.hpp"

TIDINGS_COUNT_ALLOCATIONS
