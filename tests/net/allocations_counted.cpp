#include "net/allocations_counted.hpp"

#include "support/allocations.hpp"
#include "support/locks.hpp"

#include <cstdlib>

#include <openssl/crypto.h>

TIDINGS_COUNT_ALLOCATIONS
TIDINGS_COUNT_LOCKS

namespace tidings::net {

thread_local std::uint64_t openssl_allocations = 0;

namespace {

// It can only be told before it has taken any memory.
[[maybe_unused]] const int openssl_counted = CRYPTO_set_mem_functions(
    [](std::size_t size, const char*, int) -> void* {
        ++openssl_allocations;
        return size == 0 ? nullptr : std::malloc(size);
    },
    [](void* what, std::size_t size, const char*, int) -> void* {
        ++openssl_allocations;
        return std::realloc(what, size);
    },
    [](void* what, const char*, int) { std::free(what); });

}  // namespace
}  // namespace tidings::net
