//! The `muster` program itself, as people start it.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// A command line of `muster` on one data folder, with nothing of this machine's configuration.
pub struct Program(pub Command);

impl Program {
    /// `muster --data <folder>`
    pub fn new(data: &Path) -> Self {
        Self::at(Path::new(env!("CARGO_BIN_EXE_muster")), data)
    }

    /// The same, from a copy in `folder`: where it was built another user may not be let in.
    pub fn copied_to(folder: &Path, data: &Path) -> Self {
        let copy = folder.join("muster");
        std::fs::copy(env!("CARGO_BIN_EXE_muster"), &copy).unwrap();
        Self::at(&copy, data)
    }

    fn at(program: &Path, data: &Path) -> Self {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MUSTER_")) {
            command.env_remove(name);
        }
        command.arg("--data").arg(data);
        Self(command)
    }

    /// With more arguments.
    pub fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.0.args(arguments);
        self
    }

    /// With a variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.0.env(name, value);
        self
    }

    /// Started by a shell that first does something: `script` ends in `exec "$@"`.
    pub fn in_shell(self, script: &str) -> Self {
        let mut shell = Command::new("sh");
        shell
            .args(["-c", script, "sh"])
            .arg(self.0.get_program())
            .args(self.0.get_args());
        for (name, value) in self.0.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        Self(shell)
    }

    /// Runs it to its end.
    pub fn run(mut self) -> Output {
        self.0.output().unwrap()
    }

    /// Runs it to its end with something on standard input.
    pub fn run_with_input(mut self, input: &str) -> Output {
        let mut child = self
            .0
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// Starts a server on a free port and waits until it says that it is ready.
    pub fn serve(self) -> Server {
        let mut command = self.args(["serve", "--listen", "127.0.0.1:0"]).0;
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let base = line
            .trim()
            .strip_prefix("Muster is ready: ")
            .unwrap_or_default()
            .to_owned();
        let errors = child.stderr.take().unwrap();
        if base.is_empty() {
            let log = std::io::read_to_string(errors).unwrap();
            panic!("the server did not start: {line}{log}");
        }
        // The log must be read, or the server would wait for its reader.
        let log = std::thread::spawn(move || std::io::read_to_string(errors).unwrap_or_default());
        Server {
            child,
            base,
            output,
            log: Some(log),
        }
    }
}

/// Runs `muster` with these arguments on this data folder.
pub fn run(data: &Path, arguments: &[&str]) -> Output {
    Program::new(data).args(arguments).run()
}

/// A running server; killed when dropped.
pub struct Server {
    /// The process.
    pub child: Child,
    /// Its address.
    pub base: String,
    output: BufReader<std::process::ChildStdout>,
    log: Option<std::thread::JoinHandle<String>>,
}

impl Server {
    /// The one-time link, when it printed one.
    pub fn first_start_link(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line.clear();
        self.output.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    /// Sends a signal by name and waits for the end: the exit code (none when the signal killed it) and the log.
    pub fn end(&mut self, signal: &str) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        Command::new("kill")
            .args([&format!("-{signal}"), &id])
            .status()
            .unwrap();
        let code = self.child.wait().unwrap().code();
        (code, self.log.take().unwrap().join().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}
