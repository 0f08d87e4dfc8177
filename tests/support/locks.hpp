// Counts the locks that the calling thread takes, contended or not, to show that a path takes none.
// A test program that wants to count puts TIDINGS_COUNT_LOCKS into one of its sources: its own
// pthread_mutex_lock and its like then stand before the C library's, for every library it loads.
// Sanitizers do the same for themselves; where one is built in, nothing is counted.
#pragma once

#include <atomic>
#include <cstdint>
#include <dlfcn.h>
#include <pthread.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TIDINGS_LOCKS_ARE_COUNTED 0
#else
#define TIDINGS_LOCKS_ARE_COUNTED 1
#endif

namespace tidings::tests {

inline thread_local std::uint64_t locks_seen = 0;

// Locks of this thread since the object was made.
class lock_count {
  public:
    static constexpr bool works = TIDINGS_LOCKS_ARE_COUNTED == 1;
    std::uint64_t so_far() const { return locks_seen - before_; }

  private:
    std::uint64_t before_ = locks_seen;
};

// The C library's function of that name. Without a guarded static, which may lock by itself.
template <class Function>
Function behind(std::atomic<void*>& found, const char* name) noexcept {
    void* real = found.load(std::memory_order_relaxed);
    if (real == nullptr) {
        real = ::dlsym(RTLD_NEXT, name);
        found.store(real, std::memory_order_relaxed);
    }
    return reinterpret_cast<Function>(real);
}

}  // namespace tidings::tests

// NOLINTBEGIN(*-macro-usage): a function of the C library can be replaced by a definition only
#define TIDINGS_COUNTED_LOCK(name, type)                                   \
    extern "C" int name(type* what) noexcept {                             \
        static constinit std::atomic<void*> found{nullptr};                \
        ++tidings::tests::locks_seen;                                      \
        return tidings::tests::behind<int (*)(type*)>(found, #name)(what); \
    }
#if TIDINGS_LOCKS_ARE_COUNTED
#define TIDINGS_COUNT_LOCKS                                       \
    TIDINGS_COUNTED_LOCK(pthread_mutex_lock, pthread_mutex_t)     \
    TIDINGS_COUNTED_LOCK(pthread_rwlock_rdlock, pthread_rwlock_t) \
    TIDINGS_COUNTED_LOCK(pthread_rwlock_wrlock, pthread_rwlock_t)
#else
#define TIDINGS_COUNT_LOCKS
#endif
// NOLINTEND(*-macro-usage)
