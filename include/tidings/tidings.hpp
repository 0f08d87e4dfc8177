// The whole library in one header. docs/library.md shows how to link with it.
#pragma once

#include "tidings/campaign.hpp"
#include "tidings/campaign_plan.hpp"
#include "tidings/carrier.hpp"
#include "tidings/configuration.hpp"
#include "tidings/exit_status.hpp"
#include "tidings/listener.hpp"
#include "tidings/outcome.hpp"
#include "tidings/result.hpp"
#include "tidings/snapshot.hpp"
#include "tidings/version.hpp"
