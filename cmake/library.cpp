// The shared library is made of the rooms; CMake wants one source of its own.
#include "tidings/tidings.hpp"
