// Loaded before the program's own libraries (LD_PRELOAD) by the end-to-end tests: it moves clocks,
// makes calls to the disk fail and memory run out, as a small file says that the test changes while
// the program runs. campaign.Shim is the other end and names the fields; no file, no change.
//
// Errors are injected into files that the program writes by pwrite and syncs, which are the journal
// and the outcome log; sockets, standard error and what Python does are left alone.
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <time.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
}

namespace {

struct orders {
    std::int64_t wall_ns;       // added to the calendar
    std::int64_t boot_ns;       // added to the clock that runs since the machine started
    std::int64_t pwrite_error;  // 0: none
    std::int64_t sync_error;
    std::int64_t allocate_error;
    std::int64_t create_error;     // of openat() with O_CREAT
    std::int64_t memory_fails_at;  // the allocation with that number, counted from 1; 0: none
    std::int64_t memory_lasting;   // and all after it
    std::int64_t allocations;      // told: how many there were
    std::int64_t boot;             // not 0: another boot id, made of this number
    std::int64_t growth_error;     // of a pwrite behind the end of its file
};

static_assert(sizeof(std::atomic<std::int64_t>) == sizeof(std::int64_t));

orders no_orders{};
orders* told = &no_orders;

void read_orders() __attribute__((constructor));
void read_orders() {
    const char* path = std::getenv("TIDINGS_SHIM_ORDERS");
    if (path == nullptr) return;
    const int file = ::open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) std::abort();
    void* shared = ::mmap(nullptr, sizeof(orders), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (shared == MAP_FAILED) std::abort();
    ::close(file);
    told = static_cast<orders*>(shared);
}

std::int64_t now_told(std::int64_t& field) {
    return std::atomic_ref(field).load(std::memory_order_relaxed);
}

template <class Function>
Function* real(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

bool fails(std::int64_t& field) {
    const auto error = now_told(field);
    if (error == 0) return false;
    errno = static_cast<int>(error);
    return true;
}

bool out_of_memory() {
    if (told == &no_orders) return false;
    const auto number = std::atomic_ref(told->allocations).fetch_add(1) + 1;
    const auto at = now_told(told->memory_fails_at);
    if (at == 0) return false;
    return number == at || (number > at && now_told(told->memory_lasting) != 0);
}

void move(timespec& at, std::int64_t by_ns) {
    const std::int64_t second = 1'000'000'000;
    const std::int64_t all = at.tv_sec * second + at.tv_nsec + by_ns;
    at.tv_sec = all / second;
    at.tv_nsec = all % second;
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t which, timespec* at) noexcept {
    static auto* const next = real<int(clockid_t, timespec*)>("clock_gettime");
    const int got = next(which, at);
    if (got != 0) return got;
    if (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)
        move(*at, now_told(told->wall_ns));
    if (which == CLOCK_BOOTTIME) move(*at, now_told(told->boot_ns));
    return got;
}

time_t time(time_t* to) noexcept {
    timespec at{};
    clock_gettime(CLOCK_REALTIME, &at);
    if (to != nullptr) *to = at.tv_sec;
    return at.tv_sec;
}

int gettimeofday(timeval* to, void*) noexcept {
    timespec at{};
    clock_gettime(CLOCK_REALTIME, &at);
    to->tv_sec = at.tv_sec;
    to->tv_usec = at.tv_nsec / 1000;
    return 0;
}

ssize_t pwrite(int file, const void* bytes, size_t size, off_t at) {
    static auto* const next = real<ssize_t(int, const void*, size_t, off_t)>("pwrite");
    if (fails(told->pwrite_error)) return -1;
    struct stat now {};
    const bool grows = ::fstat(file, &now) == 0 && at + static_cast<off_t>(size) > now.st_size;
    return grows && fails(told->growth_error) ? -1 : next(file, bytes, size, at);
}

int fdatasync(int file) {
    static auto* const next = real<int(int)>("fdatasync");
    return fails(told->sync_error) ? -1 : next(file);
}

int fallocate(int file, int mode, off_t from, off_t size) {
    static auto* const next = real<int(int, int, off_t, off_t)>("fallocate");
    return fails(told->allocate_error) ? -1 : next(file, mode, from, size);
}

int openat(int folder, const char* path, int flags, ...) {
    static auto* const next = real<int(int, const char*, int, ...)>("openat");
    __builtin_va_list rest;
    __builtin_va_start(rest, flags);
    const auto mode = (flags & O_CREAT) != 0 ? __builtin_va_arg(rest, mode_t) : 0;
    __builtin_va_end(rest);
    if ((flags & O_CREAT) != 0 && fails(told->create_error)) return -1;
    return next(folder, path, flags, mode);
}

FILE* fopen(const char* path, const char* mode) {
    static auto* const next = real<FILE*(const char*, const char*)>("fopen");
    const auto boot = now_told(told->boot);
    if (boot == 0 || std::strcmp(path, "/proc/sys/kernel/random/boot_id") != 0)
        return next(path, mode);
    FILE* made = ::tmpfile();
    ::fprintf(made, "00000000-0000-0000-0000-%012lld\n", static_cast<long long>(boot));
    ::rewind(made);
    return made;
}

void* malloc(size_t size) noexcept {
    return out_of_memory() ? nullptr : __libc_malloc(size);
}

void* calloc(size_t count, size_t size) noexcept {
    return out_of_memory() ? nullptr : __libc_calloc(count, size);
}

void* realloc(void* old, size_t size) noexcept {
    return out_of_memory() ? nullptr : __libc_realloc(old, size);
}

}  // extern "C"
