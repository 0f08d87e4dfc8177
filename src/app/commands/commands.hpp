// The subcommands, each a function from what was asked for to an exit status. They print results to
// stdout and what concerns people to stderr; what fails is told by main in one line.
#pragma once

#include "app/exit_status.hpp"
#include "app/settings/command_line.hpp"
#include "core/failure.hpp"

namespace tidings::app {

core::result<exit_status> perform(const plan_command& asked);
core::result<exit_status> perform(const send_command& asked);
core::result<exit_status> perform(const resume_command& asked);
core::result<exit_status> perform(const status_command& asked);
core::result<exit_status> perform(const control_command& asked);
core::result<exit_status> perform(const verify_command& asked);
core::result<exit_status> perform(const export_command& asked);
core::result<exit_status> perform(const resolve_command& asked);
core::result<exit_status> perform(const report_command& asked);
core::result<exit_status> perform(const recent_command& asked);
core::result<exit_status> perform(const token_command& asked);
core::result<exit_status> perform(const gateway_command& asked);
core::result<exit_status> perform(const bench_command& asked);
core::result<exit_status> perform(const demo_command& asked);

}  // namespace tidings::app
