// Counts what the calling thread takes from the heap, to show that a path takes nothing. A test
// program that wants to count puts TIDINGS_COUNT_ALLOCATIONS into one of its sources: it replaces
// the global operator new of that program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace tidings::tests {

inline thread_local std::uint64_t allocations_seen = 0;

// Allocations of this thread since the object was made.
class allocation_count {
  public:
    std::uint64_t so_far() const { return allocations_seen - before_; }

  private:
    std::uint64_t before_ = allocations_seen;
};

inline void* counted_new(std::size_t size) noexcept {
    ++allocations_seen;
    return std::malloc(size == 0 ? 1 : size);
}

inline void* counted_new_or_throw(std::size_t size) {
    if (void* const made = counted_new(size)) return made;
    throw std::bad_alloc();
}

}  // namespace tidings::tests

// NOLINTBEGIN(*-macro-usage): operator new can be replaced by a definition only
#define TIDINGS_COUNT_ALLOCATIONS                                            \
    void* operator new(std::size_t size) {                                   \
        return tidings::tests::counted_new_or_throw(size);                   \
    }                                                                        \
    void* operator new[](std::size_t size) {                                 \
        return tidings::tests::counted_new_or_throw(size);                   \
    }                                                                        \
    void* operator new(std::size_t size, const std::nothrow_t&) noexcept {   \
        return tidings::tests::counted_new(size);                            \
    }                                                                        \
    void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { \
        return tidings::tests::counted_new(size);                            \
    }                                                                        \
    void operator delete(void* what) noexcept {                              \
        std::free(what);                                                     \
    }                                                                        \
    void operator delete[](void* what) noexcept {                            \
        std::free(what);                                                     \
    }                                                                        \
    void operator delete(void* what, std::size_t) noexcept {                 \
        std::free(what);                                                     \
    }                                                                        \
    void operator delete[](void* what, std::size_t) noexcept {               \
        std::free(what);                                                     \
    }                                                                        \
    void operator delete(void* what, const std::nothrow_t&) noexcept {       \
        std::free(what);                                                     \
    }                                                                        \
    void operator delete[](void* what, const std::nothrow_t&) noexcept {     \
        std::free(what);                                                     \
    }
// NOLINTEND(*-macro-usage)
