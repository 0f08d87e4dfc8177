#include "support/allocations.hpp"

TIDINGS_COUNT_ALLOCATIONS
