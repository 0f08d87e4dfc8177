// A run that this process holds, with the cores that perform it: the one way in which send, resume,
// demo and bench come to it. Running it is app/campaign_run's.
#pragma once

#include "app/settings/campaign_file.hpp"
#include "core/failure.hpp"
#include "run/cores.hpp"
#include "run/session.hpp"
#include "store/list_fingerprint.hpp"
#include "store/run_folder.hpp"

#include <memory>
#include <string>

namespace tidings::app {

struct opened_run {
    run::campaign_cores cores;
    std::unique_ptr<run::session> session;
};

// What a new run is made of, besides its settings.
struct run_beginnings {
    std::string configuration;  // as it is recorded
    store::list_fingerprint list;
    store::kept_files kept;              // beside the run's folder to be
    run::people_roll* people = nullptr;  // whom the list names; null: its bytes are all of it
    bool again = false;                  // this list may have gone to these bots before
};

core::result<opened_run> begin_run(const campaign& settings, run_beginnings from,
                                   const run::surroundings& around,
                                   const store::state_folders& state);
// `settings` are those of its run.json, with what may be changed changed.
core::result<opened_run> go_on_with_run(const campaign& settings, store::run_folder folder,
                                        const run::surroundings& around,
                                        const store::state_folders& state);

}  // namespace tidings::app
