// Rules between the keys of a campaign: each value is well by itself, and this asks whether they
// agree. Values by themselves are app/settings/campaign_keys'.
#pragma once

#include "app/settings/campaign_file.hpp"
#include "settings/mistakes.hpp"
#include "settings/tree.hpp"

namespace tidings::app {

void check_campaign(const campaign& what, const settings::tree& tree,
                    settings::mistake_list& mistakes);

}  // namespace tidings::app
