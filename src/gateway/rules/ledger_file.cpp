#include "gateway/rules/ledger_file.hpp"

#include "gateway/rules/owned_file.hpp"

#include <unistd.h>

namespace tidings::gateway {

core::result<ledger_file> ledger_file::open(const std::string& path) {
    ledger_file made;
    const auto opened = open_owned_log(path);
    if (!opened) return opened.error();
    made.file_.reset(::fdopen(*opened, "a"));
    if (!made.file_) {
        ::close(*opened);
        return core::failure{core::trouble::configuration,
                             "the ledger file " + path + " cannot be written: out of memory"};
    }
    return made;
}

void ledger_file::write(ledger::entry_number number, const ledger_entry& entry,
                        const std::vector<sender_name>& senders) {
    line_.clear();
    append_ledger_line(line_, number, entry, senders);
    line_ += '\n';
    if (std::fwrite(line_.data(), 1, line_.size(), file_.get()) != line_.size()) ++lost_;
}

void ledger_file::flush() {
    if (file_) std::fflush(file_.get());
}

}  // namespace tidings::gateway
