// This program's operator new counts; see tests/support/allocations.hpp.
#include "support/allocations.hpp"

TIDINGS_COUNT_ALLOCATIONS
