// Carries messages to an endpoint of the embedding program's own (include/tidings/carrier.hpp),
// where runner/network_bot has connections: a carrier like that to the campaign.
#pragma once

#include "runner/campaign.hpp"
#include "runner/carrier.hpp"
#include "runner/clock.hpp"
#include "tidings/carrier.hpp"

#include <string>
#include <vector>

namespace tidings::app {

// `bots`: their ids, in the order of the settings. `clock` outlives the carriers.
runner::carrier_maker carriers_of(tidings::carrier_maker own, std::vector<std::string> bots,
                                  const runner::system_clock& clock);

}  // namespace tidings::app
