// An eventfd in an epoll set, and what it was told; and a hook that counts turns.
#pragma once

#include "wire/readiness.hpp"
#include "wire/socket_handle.hpp"

#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include <sys/eventfd.h>
#include <unistd.h>

namespace tidings::wire {

struct watched final : ready_object {
    explicit watched(readiness& in) : set(in), fd(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
        set.add(fd.fd(), *this).value();
    }
    ~watched() { leave(); }
    void leave() {
        if (fd) set.remove(fd.fd(), *this);
        fd.close();
    }
    void ring() const {
        const std::uint64_t one = 1;
        ASSERT_EQ(::write(fd.fd(), &one, sizeof one), 8);
    }
    void on_ready(std::uint32_t events) override {
        calls.push_back(events);
        std::uint64_t ignored = 0;
        while (::read(fd.fd(), &ignored, sizeof ignored) == 8) {
        }
        if (then) then();
    }

    readiness& set;
    socket_handle fd;
    std::vector<std::uint32_t> calls;
    std::function<void()> then;
};

struct counted_end final : batch_end {
    rest on_batch_end() override {
        ++count;
        return {.at_most = at_most, .until = until};
    }
    int count = 0;
    core::duration at_most{};
    std::vector<int> until;
};

}  // namespace tidings::wire
