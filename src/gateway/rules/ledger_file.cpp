#include "gateway/rules/ledger_file.hpp"

#include <cerrno>

#include <fcntl.h>

namespace tidings::gateway {

core::result<ledger_file> ledger_file::open(const std::string& path) {
    ledger_file made;
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd >= 0) made.file_.reset(::fdopen(fd, "a"));
    if (!made.file_)
        return core::failure{core::trouble::configuration,
                             "the ledger file " + path + " cannot be written: " +
                                 boost::system::system_category().message(errno)};
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
