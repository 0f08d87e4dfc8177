// How a failed operation is told: a kind, for the exit status, and one line for a person that names
// the thing and the fix. The fate of a message is not a failure: see core/outcome.hpp.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

namespace tidings::core {

// What kind of trouble it is; app/exit_status maps it to the process's exit status.
enum class trouble : std::uint8_t {
    usage,          // the command line was wrong
    configuration,  // a file of settings cannot be used
    list,           // the recipient list or a suppression list cannot be used
    credentials,    // the server refuses the token, or no token can be made
    network,        // the endpoint cannot be reached, or is not whom it should be
    busy,           // another process holds the run or the bot
    exists,         // this campaign's run exists already
    missing,        // a run or a file that was named is not there
    journal,        // the journal cannot be read or written
    disk_full,      // no room left: waiting helps
    internal,       // a bug or a resource of this machine
};

struct failure {
    trouble kind = trouble::internal;
    std::string text;  // one line, without a final full stop: what, where, and what to do
};

// Thrown only by result<T>::value() and only before the first send; main catches it.
class failure_error : public std::runtime_error {
  public:
    explicit failure_error(failure what)
        : std::runtime_error(what.text), failure_(std::move(what)) {}
    const failure& why() const noexcept { return failure_; }

  private:
    failure failure_;
};

[[noreturn]] inline void throw_exception_from_error(const failure& what,
                                                    const boost::source_location&) {
    throw failure_error(what);
}

template <class T>
using result = boost::system::result<T, failure>;

}  // namespace tidings::core
