//! The `muster` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    muster::memory::give_back();
    muster::cli::run(std::env::args_os())
}
