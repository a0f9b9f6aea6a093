//! What remains of a cluster whose owner is killed: nothing.
#![allow(clippy::unwrap_used, reason = "a test ends at what it did not expect")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

struct Named(String);

impl Named {
    fn testbed(&self, arguments: &[&str]) -> Output {
        let program = env!("CARGO_BIN_EXE_testbed");
        Command::new(program)
            .args(arguments)
            .args(["--name", &self.0])
            .output()
            .unwrap()
    }

    fn run_folder(&self) -> PathBuf {
        let runs = testbed::cache::folder().unwrap().join("testbed/run");
        let mine = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with(&self.0);
        fs::read_dir(runs)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(mine)
            .unwrap()
    }
}

impl Drop for Named {
    fn drop(&mut self) {
        self.testbed(&["down"]);
    }
}

fn first_words(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_cluster_whose_owner_is_killed_leaves_no_process_link_control_group_or_folder() {
    let named = Named(format!("killed-{}", std::process::id()));
    let output = named.testbed(&["up", "--real-nodes=1", "--fake-nodes=1"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let run = named.run_folder();
    let processes = first_words(&run.join("processes"));
    let links = first_words(&run.join("links"));
    let cgroups = first_words(&run.join("cgroups"));
    assert!(processes.len() >= 6 && links.len() == 2 && cgroups.len() == 1);
    let alive = |process: &String| {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        !status.is_empty() && !status.contains("State:\tZ")
    };
    assert!(processes.iter().all(alive));

    let owner = first_words(&run.join("owner")).remove(0);
    assert!(Command::new("kill").args(["-KILL", &owner]).status().unwrap().success());

    let left = || {
        let mut left: Vec<String> = processes.iter().filter(|process| alive(process)).cloned().collect();
        left.extend(
            links
                .iter()
                .filter(|link| Path::new("/sys/class/net").join(link).exists())
                .cloned(),
        );
        for hierarchy in fs::read_dir("/sys/fs/cgroup").unwrap().flatten() {
            left.extend(
                cgroups
                    .iter()
                    .filter(|name| hierarchy.path().join(name).exists())
                    .cloned(),
            );
        }
        left.extend(run.exists().then(|| run.display().to_string()));
        left
    };
    let deadline = Instant::now() + Duration::from_secs(20);
    while !left().is_empty() {
        assert!(Instant::now() < deadline, "still there: {:?}", left());
        std::thread::sleep(Duration::from_millis(50));
    }
}
