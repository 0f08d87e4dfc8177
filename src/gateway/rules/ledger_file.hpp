// The ledger as NDJSON in a file, appended to: a line a message, written when the fate of its
// answer is known. Buffered; the server flushes it at every tick and at the end.
#pragma once

#include "core/failure.hpp"
#include "gateway/rules/ledger.hpp"

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace tidings::gateway {

class ledger_file {
  public:
    ledger_file() = default;  // writes nowhere
    static core::result<ledger_file> open(const std::string& path);

    explicit operator bool() const noexcept { return file_ != nullptr; }
    void write(ledger::entry_number number, const ledger_entry& entry,
               const std::vector<sender_name>& senders);
    void flush();
    // Lines that could not be written (a full disk); the ledger in memory has them.
    std::uint64_t lost() const noexcept { return lost_; }

  private:
    struct closer {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    std::unique_ptr<std::FILE, closer> file_;
    std::string line_;
    std::uint64_t lost_ = 0;
};

}  // namespace tidings::gateway
