//! The configuration: what wins over what, and what is refused.

use std::path::Path;

use crate::support::Program;

fn check(data: &Path, file: &str) -> (bool, String) {
    std::fs::write(data.join("muster.toml"), file).unwrap();
    let output = Program::new(data).args(["config", "check"]).run();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

#[test]
fn a_configuration_in_order_is_shown_without_the_databases_password() {
    let data = tempfile::tempdir().unwrap();
    let file = "listen = \"0.0.0.0:9000\"\npublic_url = \"https://muster.example.com\"\n\
                database = \"postgres://ada:s3cret@db/muster\"\ntrusted_proxies = [\"10.0.0.0/8\"]\n";
    let (accepted, text) = check(data.path(), file);
    assert!(accepted, "{text}");
    for part in ["0.0.0.0:9000", "https://muster.example.com/", "10.0.0.0/8", "in order"] {
        assert!(text.contains(part), "{text}");
    }
    assert!(!text.contains("s3cret"), "{text}");
}

#[test]
fn an_unknown_key_or_a_wrong_value_is_refused_by_its_name() {
    let data = tempfile::tempdir().unwrap();
    for (file, parts) in [
        ("lisen = \"0.0.0.0:9000\"", ["lisen", "listen", "muster.toml"]),
        (
            "listen = \"nine thousand\"",
            ["listen", "socket address", "muster.toml"],
        ),
        (
            "public_url = \"muster.example.com\"",
            ["public_url", "https://muster.example.com", "muster.toml"],
        ),
        (
            "public_url = \"https://muster.example.com/console\"",
            ["public_url", "without a path", ""],
        ),
        (
            "trusted_proxies = [\"proxy\"]",
            ["trusted_proxies", "10.0.0.0/8", "muster.toml"],
        ),
        ("database = \"mysql://db/muster\"", ["database", "postgres://", ""]),
        (
            "session_idle_hours = 0",
            ["session_idle_hours", "between 1 and 8760", ""],
        ),
        ("listen = ", ["muster.toml", "TOML", "line 1"]),
    ] {
        let (accepted, text) = check(data.path(), file);
        assert!(!accepted, "{file}");
        assert!(parts.iter().all(|part| text.contains(part)), "{file}: {text}");
        assert_eq!(text.lines().count(), 1, "{text}");
    }
}

#[test]
fn the_command_line_wins_over_the_environment_and_that_over_the_file() {
    let data = tempfile::tempdir().unwrap();
    std::fs::write(
        data.path().join("muster.toml"),
        "log_filter = \"warn\"\nlog_format = \"json\"",
    )
    .unwrap();
    let program = || {
        Program::new(data.path())
            .args(["config", "check"])
            .env("MUSTER_LOG_FILTER", "debug")
    };
    let output = String::from_utf8(program().run().stdout).unwrap();
    assert!(
        output.contains("log_filter = \"debug\"") && output.contains("log_format = \"json\""),
        "{output}"
    );
    let output = program()
        .env("MUSTER_DATABASE", "sqlite:/a.db")
        .args(["--database", "sqlite:/b.db"])
        .run();
    assert!(output.status.success());
}

#[test]
fn variables_that_a_cluster_sets_for_a_service_named_muster_do_no_harm() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::new(data.path())
        .env("MUSTER_PORT", "tcp://10.0.0.1:80")
        .env("MUSTER_SERVICE_HOST", "10.0.0.1");
    assert!(program.args(["config", "check"]).run().status.success());
}

#[test]
fn a_configuration_file_that_is_named_must_be_there() {
    let data = tempfile::tempdir().unwrap();
    let output = Program::new(data.path())
        .args(["--config", "/nowhere/muster.toml", "config", "check"])
        .run();
    assert!(!output.status.success());
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("/nowhere/muster.toml does not exist")
    );
}
