//! The program: starting, stopping, administrative commands beside a running server.

use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use crate::support::{Client, Program, run};

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn create_user(data: &std::path::Path, name: &str, password: &str) -> Output {
    let arguments = ["user", "create", name, "--role", "administrator", "--password-stdin"];
    Program::new(data)
        .args(arguments)
        .run_with_input(&format!("{password}\n"))
}

#[tokio::test]
async fn the_first_start_prints_the_address_and_a_link_that_makes_an_administrator() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("new/data");
    let mut server = Program::new(&folder).serve();
    let link = server.first_start_link();
    let code = link
        .strip_prefix(&format!("{}/first-start#code=", server.base))
        .expect(&link);
    let browser = Client::new(&server.base);
    let request = serde_json::json!({"code": code, "name": "ada", "password": "correct horse battery"});
    browser.post("/api/v1/setup", &request).await.expect_status(201);

    let mode = |name: &str| std::fs::metadata(folder.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(""), mode("muster.db"), mode("master.key")), (0o700, 0o600, 0o600));
    let (exit, log) = server.end("TERM");
    assert_eq!(exit, Some(0), "{log}");
    assert!(!log.contains(code), "the code is in the log");
}

#[tokio::test]
async fn a_second_server_on_the_same_data_folder_is_told_who_has_it() {
    let data = tempfile::tempdir().unwrap();
    let mut server = Program::new(data.path()).serve();
    let second = run(data.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(3));
    let message = text(&second.stderr);
    let address = server.base.strip_prefix("http://").unwrap();
    assert!(
        message.contains(&format!("process {}, listening on {address}", server.child.id())),
        "{message}"
    );
    assert!(message.contains("--data"), "{message}");
    // A killed server leaves no lock behind.
    server.end("KILL");
    let mut third = Program::new(data.path()).serve();
    assert_eq!(third.end("INT").0, Some(0));
}

#[tokio::test]
async fn users_and_tokens_are_made_beside_a_running_server() {
    let data = tempfile::tempdir().unwrap();
    let server = Program::new(data.path()).serve();
    let created = create_user(data.path(), "ada", "correct horse battery");
    assert!(created.status.success(), "{}", text(&created.stderr));
    let mut browser = Client::new(&server.base);
    browser.sign_in("ada", "correct horse battery").await.expect_status(200);

    let token = run(data.path(), &["token", "create", "--user", "Ada", "--ttl", "90s"]);
    let token = text(&token.stdout);
    assert!(token.starts_with("mst_") && token.lines().count() == 1, "{token}");
    Client::new(&server.base)
        .with_token(token.trim())
        .get("/api/v1/session")
        .await
        .expect_status(200);
}

#[test]
fn what_the_administrator_got_wrong_is_said_in_one_line() {
    let data = tempfile::tempdir().unwrap();
    assert!(
        create_user(data.path(), "ada", "correct horse battery")
            .status
            .success()
    );
    let sentence = |output: Output| {
        assert!(!output.status.success());
        assert_eq!(text(&output.stdout), "");
        let lines = text(&output.stderr);
        assert_eq!(lines.lines().count(), 1, "{lines}");
        lines
    };
    assert!(sentence(create_user(data.path(), "ADA", "correct horse battery")).contains("a user named `ADA` already"));
    assert!(sentence(create_user(data.path(), "eve", "short")).contains("at least 8"));
    assert!(sentence(create_user(data.path(), "eve", "")).contains("no password"));
    assert!(sentence(run(data.path(), &["token", "create", "--user", "eve"])).contains("no user named `eve`"));
    let elsewhere = |place: [&str; 2]| {
        let words = ["token", "create", "--user", "ada", place[0], place[1]];
        sentence(run(data.path(), &words))
    };
    assert!(elsewhere(["--cluster", "nowhere"]).contains(r#"no cluster "nowhere""#));
    assert!(elsewhere(["--project", "shop"]).contains("write its cluster/its name"));
    assert!(elsewhere(["--project", "nowhere/shop"]).contains(r#"no cluster "nowhere""#));
    let long = run(data.path(), &["token", "create", "--user", "ada", "--ttl", "91d"]);
    assert!(sentence(long).contains("90 days"));
    let odd = run(
        data.path(),
        &["serve", "--kubeconfig", "/nowhere/config", "--listen", "127.0.0.1:0"],
    );
    assert!(text(&odd.stderr).contains("/nowhere/config cannot be read"));
}

#[test]
fn a_wrong_or_lost_master_key_is_told_apart() {
    let data = tempfile::tempdir().unwrap();
    Program::new(data.path()).serve().end("TERM");
    let key = data.path().join("master.key");
    let original = std::fs::read_to_string(&key).unwrap();
    let start = || text(&run(data.path(), &["serve", "--listen", "127.0.0.1:0"]).stderr);
    let last = |log: String| log.lines().last().unwrap_or_default().to_owned();

    std::fs::remove_file(&key).unwrap();
    assert!(last(start()).contains("put it back"), "{}", start());
    assert!(!key.exists(), "no new key in place of the lost one");
    std::fs::write(&key, "bm90IGEga2V5").unwrap();
    assert!(last(start()).contains("does not hold a master key"));
    std::fs::write(&key, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=").unwrap();
    assert!(last(start()).contains("not the master key that the database was sealed with"));
    std::fs::remove_file(&key).unwrap();
    let from_environment = Program::new(data.path())
        .env("MUSTER_MASTER_KEY", original.trim())
        .serve()
        .end("TERM");
    assert_eq!(from_environment.0, Some(0));
}

#[test]
fn the_schema_is_brought_up_to_date_without_a_server() {
    let data = tempfile::tempdir().unwrap();
    let output = run(data.path(), &["migrate"]);
    assert!(output.status.success() && text(&output.stdout).contains("up to date"));
    assert!(run(data.path(), &["migrate"]).status.success());
}

#[test]
fn the_description_of_the_interface_is_printed() {
    let data = tempfile::tempdir().unwrap();
    let output = run(data.path(), &["openapi"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(document["paths"]["/api/v1/clusters"].is_object());
    assert!(
        std::fs::read_dir(data.path()).unwrap().next().is_none(),
        "nothing is made for it"
    );
}

#[test]
fn an_address_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let data = tempfile::tempdir().unwrap();
    let output = run(data.path(), &["serve", "--listen", &address]);
    assert!(
        text(&output.stderr).contains(&format!("cannot listen on {address}")),
        "{}",
        text(&output.stderr)
    );
}

#[tokio::test]
async fn on_a_terminal_the_password_is_asked_for_twice_and_never_shown() {
    const TYPED: &str = "correct horse battery";
    let data = tempfile::tempdir().unwrap();
    let on_a_terminal = |name: &str, input: &str| {
        let create = Program::new(data.path()).args(["user", "create", name]);
        let command = create.0;
        let words: Vec<_> = std::iter::once(command.get_program())
            .chain(command.get_args())
            .map(|word| format!("'{}'", word.to_str().unwrap()))
            .collect();
        let mut terminal = std::process::Command::new("script");
        terminal.args(["--quiet", "--return", "--command", &words.join(" "), "/dev/null"]);
        Program(terminal).run_with_input(input)
    };
    let output = on_a_terminal("ada", &format!("{TYPED}\n{TYPED}\n"));
    let shown = text(&output.stdout);
    assert!(output.status.success(), "{shown}");
    assert!(shown.contains("Password: ") && shown.contains("created ada"), "{shown}");
    let server = Program::new(data.path()).serve();
    Client::new(&server.base).sign_in("ada", TYPED).await.expect_status(200);
    let differ = on_a_terminal("eve", &format!("{TYPED}\n{TYPED}!\n"));
    assert!(!differ.status.success() && text(&differ.stdout).contains("differ"));
}
