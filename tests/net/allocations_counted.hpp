// What OpenSSL takes from the heap on this thread; our own is tests/support/allocations.
#pragma once

#include <cstdint>

namespace tidings::net {

extern thread_local std::uint64_t openssl_allocations;

}  // namespace tidings::net
