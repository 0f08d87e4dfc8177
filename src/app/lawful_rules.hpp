// The rules about hours that a campaign asks for, whole: its own, those of presets by name, and the
// dates that lie in files. What they mean for a row is runner/zones'.
#pragma once

#include "app/settings/campaign_file.hpp"
#include "core/failure.hpp"
#include "core/time.hpp"
#include "runner/zones.hpp"

namespace tidings::app {

// Reads the files of dates; a failure names the key and the file. Of what comes again every year,
// the years to come count from `now`.
core::result<runner::hours_options> hours_options_of(const campaign& settings, core::wall_time now);

// Whether they may say one thing of one region and another of the next.
bool rules_differ_by_region(const campaign& settings);

}  // namespace tidings::app
