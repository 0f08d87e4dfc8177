// `tidings bench`: what this machine can do, against the built-in endpoint or one of your own.
#include "app/commands/commands.hpp"

namespace tidings::app {

core::result<exit_status> perform(const bench_command&) {
    return core::failure{core::trouble::usage,
                         "bench is not there yet; `tidings demo --rows 100000` shows a campaign"};
}

}  // namespace tidings::app
