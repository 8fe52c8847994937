//! The command line: see `assistant --help` and `src/cli/`.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    assistant::cli::main()
}
