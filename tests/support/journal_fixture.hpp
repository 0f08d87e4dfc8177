// A journal on a simulated disk, and what recovery finds of it.
#pragma once

#include "store/journal.hpp"
#include "support/journal_story.hpp"
#include "support/simulated_disk.hpp"

#include <utility>

#include <gtest/gtest.h>

namespace tidings::store {

class journal_test : public ::testing::Test {
  protected:
    journal made(std::uint64_t segment_bytes = small_options().segment_bytes) {
        auto options = small_options();
        options.segment_bytes = segment_bytes;
        auto made = journal::create(disk_, folder, options, at_second(0));
        EXPECT_TRUE(made) << made.error().text;
        return std::move(*made);
    }
    recovery recovered(const recovery_options& options = {}) {
        auto found = recover(disk_, folder, options);
        EXPECT_TRUE(found) << found.error().text;
        return found ? std::move(*found) : recovery{};
    }

    static constexpr const char* folder = "run/journal";
    simulated_disk disk_ = disk_with_run();
};

}  // namespace tidings::store
