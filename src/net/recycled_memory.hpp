// Memory for a library that allocates for each message: blocks of a few sizes that go back to their
// own list and are given out again, so that the steady state asks the heap for nothing. One thread.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

namespace tidings::net {

class recycled_memory {
  public:
    recycled_memory() = default;
    recycled_memory(const recycled_memory&) = delete;
    recycled_memory& operator=(const recycled_memory&) = delete;
    ~recycled_memory() {
        for (block* list : unused_) {
            while (list != nullptr) {
                block* const next = list->next;
                ::operator delete(list);
                list = next;
            }
        }
    }

    void* allocate(std::size_t size) noexcept {
        const std::size_t shelf = shelf_for(size);
        block* made = shelf < shelves ? unused_[shelf] : nullptr;
        if (made != nullptr) {
            unused_[shelf] = made->next;
        } else {
            const std::size_t room = shelf < shelves ? smallest << shelf : size;
            made = static_cast<block*>(::operator new(sizeof(block) + room, std::nothrow));
            if (made == nullptr) return nullptr;
            made->shelf = shelf;
            made->room = room;
        }
        return made + 1;
    }

    void* allocate_zeroed(std::size_t count, std::size_t size) noexcept {
        if (size != 0 && count > SIZE_MAX / size) return nullptr;
        void* const made = allocate(count * size);
        if (made != nullptr) std::memset(made, 0, count * size);
        return made;
    }

    void* resize(void* what, std::size_t size) noexcept {
        if (what == nullptr) return allocate(size);
        const block* const old = static_cast<block*>(what) - 1;
        if (size <= old->room) return what;
        void* const made = allocate(size);
        if (made == nullptr) return nullptr;
        std::memcpy(made, what, old->room);
        release(what);
        return made;
    }

    void release(void* what) noexcept {
        if (what == nullptr) return;
        block* const old = static_cast<block*>(what) - 1;
        if (old->shelf >= shelves) {
            ::operator delete(old);
            return;
        }
        old->next = unused_[old->shelf];
        unused_[old->shelf] = old;
    }

  private:
    static constexpr std::size_t smallest = 32;
    static constexpr std::size_t shelves = 11;  // 32 bytes to 32 KiB; larger ones go to the heap

    struct alignas(std::max_align_t) block {
        block* next = nullptr;
        std::size_t shelf = 0;
        std::size_t room = 0;
    };

    static std::size_t shelf_for(std::size_t size) noexcept {
        const std::size_t rounded = std::bit_ceil(size < smallest ? smallest : size);
        return static_cast<std::size_t>(std::countr_zero(rounded / smallest));
    }

    std::array<block*, shelves> unused_{};
};

}  // namespace tidings::net
