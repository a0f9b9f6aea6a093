//! What needs a running container: logs, shells, files and ports through the console, by both protocols that kubectl
//! speaks. Needs root, as real nodes do.

use crate::front::Front;
use crate::kubectl::{Kubectl, with_input};
use crate::recorder::PATIENCE;
use crate::support::TestApp;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};
use testbed::Cluster;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdout};
use tokio::time::timeout;

const WORKLOADS: &str = r#"
apiVersion: v1
kind: Pod
metadata: { name: shell }
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: shell
    image: busybox
    command: [sh, -c, "echo started; i=0; while sleep 0.2; do i=$((i+1)); echo tick $i; done"]
---
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  terminationGracePeriodSeconds: 1
  containers: [{ name: web, image: "muster/web:1.0" }]
"#;

#[tokio::test]
async fn logs_shells_files_and_ports_work_through_the_console_by_websocket_and_by_spdy() {
    let cluster = Cluster::builder().name("proxy").real_nodes(1).start().await.unwrap();
    cluster.apply(WORKLOADS).await.unwrap();
    let test = TestApp::start().await;
    let browser = test.administrator().await;
    let request = json!({"name": "real", "kubeconfig": cluster.kubeconfig().unwrap()});
    browser.post("/api/v1/clusters", &request).await.expect_status(201);
    let program = cluster.kubectl_path().await.unwrap();
    let front = Front::of(&test.base).await;
    let kubectl = || async {
        let file = browser.post("/api/v1/clusters/real/kubeconfig", &json!({})).await;
        Kubectl::new(&program, &front.kubeconfig(&file.expect_status(201).body), "default")
    };
    let websocket = kubectl().await;
    websocket
        .run(&[
            "wait",
            "--for=condition=Ready",
            "pod/shell",
            "pod/web",
            "--timeout=120s",
        ])
        .await;

    logs(&websocket).await;
    // Since 1.35 a WebSocket needs the right to create, too, but its verb is still that of a GET.
    let spdy = kubectl().await.with_spdy();
    for (kubectl, verb) in [(&websocket, "get"), (&spdy, "create")] {
        let before = audited(&cluster.audit_log_path()).len();
        shells(kubectl).await;
        files(kubectl).await;
        ports(kubectl).await;
        let asked = audited(&cluster.audit_log_path()).split_off(before);
        for subresource in ["exec", "attach", "portforward"] {
            let verbs: Vec<_> = asked
                .iter()
                .filter(|(of, _)| of == subresource)
                .map(|(_, verb)| verb.as_str())
                .collect();
            assert!(
                !verbs.is_empty() && verbs.iter().all(|found| *found == verb),
                "{subresource}: {verbs:?}"
            );
        }
    }

    // A shell ends within five seconds of the end of its token.
    let mut shell = websocket
        .command(&["exec", "-i", "shell", "--", "cat"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut stdin, mut stdout) = (shell.stdin.take().unwrap(), lines_of(&mut shell));
    stdin.write_all(b"open\n").await.unwrap();
    expect_line(&mut stdout, "open").await;
    let tokens: Value = browser.get("/api/v1/account/tokens").await.json();
    for token in tokens["items"].as_array().unwrap() {
        let path = format!("/api/v1/account/tokens/{}", token["id"].as_str().unwrap());
        browser.delete(&path).await.expect_status(204);
    }
    let began = Instant::now();
    let ended = timeout(PATIENCE, shell.wait()).await.expect("the shell ends").unwrap();
    assert!(
        !ended.success() && began.elapsed() < Duration::from_secs(5),
        "{ended} after {:?}",
        began.elapsed()
    );
    cluster.stop().await.unwrap();
}

/// Subresource and verb of every request that opened a connection, in order.
fn audited(log: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(log).unwrap();
    let events = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    events
        .filter(|event| event["stage"] == "ResponseStarted")
        .filter_map(|event| {
            let subresource = event["objectRef"]["subresource"].as_str()?;
            let connects = matches!(subresource, "exec" | "attach" | "portforward");
            connects.then(|| {
                (
                    subresource.to_owned(),
                    event["verb"].as_str().unwrap_or_default().to_owned(),
                )
            })
        })
        .collect()
}

type Lines = tokio::io::Lines<BufReader<ChildStdout>>;

fn lines_of(child: &mut Child) -> Lines {
    BufReader::new(child.stdout.take().unwrap()).lines()
}

async fn expect_line(lines: &mut Lines, wanted: &str) {
    let looking = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if line.trim() == wanted {
                return;
            }
        }
        panic!("it ended without {wanted:?}");
    };
    timeout(PATIENCE, looking)
        .await
        .unwrap_or_else(|_| panic!("{wanted:?} did not come"));
}

async fn logs(kubectl: &Kubectl) {
    assert!(
        kubectl
            .run(&["logs", "shell", "--limit-bytes=8"])
            .await
            .starts_with("started\n")
    );
    let mut following = kubectl.command(&["logs", "-f", "--tail=1", "shell"]).spawn().unwrap();
    let mut lines = lines_of(&mut following);
    let first = timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap().unwrap();
    let number: u32 = first.strip_prefix("tick ").unwrap().parse().unwrap();
    for next in 1..=10 {
        expect_line(&mut lines, &format!("tick {}", number + next)).await;
    }
}

async fn shells(kubectl: &Kubectl) {
    assert_eq!(
        kubectl.run(&["exec", "shell", "--", "echo", "hello  world"]).await,
        "hello  world\n"
    );
    let failing = kubectl
        .try_run(&["exec", "shell", "--", "sh", "-c", "echo out; echo err >&2; exit 7"])
        .await;
    assert_eq!(failing.status.code(), Some(7), "{failing:?}");
    assert_eq!(failing.stdout, b"out\n");
    assert!(
        String::from_utf8_lossy(&failing.stderr).starts_with("err\n"),
        "{failing:?}"
    );
    let lines: Vec<String> = (0..200_000).map(|number| format!("{number}\n")).collect();
    let input = lines.concat();
    let counted = kubectl
        .run_with_input(&["exec", "-i", "shell", "--", "md5sum"], input.as_bytes())
        .await;
    let again = kubectl
        .run_with_input(
            &["exec", "-i", "shell", "--", "sh", "-c", "cat | md5sum"],
            input.as_bytes(),
        )
        .await;
    assert_eq!(counted, again);
    assert_eq!(
        kubectl
            .run_with_input(&["exec", "-i", "shell", "--", "cat"], input.as_bytes())
            .await,
        input
    );

    let command = kubectl.command_with_terminal(&[
        "exec",
        "-it",
        "shell",
        "--",
        "sh",
        "-c",
        "tty; read line; echo got $line",
    ]);
    let output = with_input(command, b"typed\n").await;
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{shown}");
    assert!(shown.contains("/dev/pts/") && shown.contains("got typed"), "{shown}");

    let mut attached = kubectl.command(&["attach", "shell"]).spawn().unwrap();
    let mut lines = lines_of(&mut attached);
    let first = timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap().unwrap();
    assert!(first.starts_with("tick "), "{first}");
}

async fn files(kubectl: &Kubectl) {
    let sent: Vec<u8> = (0..3_000_000_u32)
        .map(|number| (number.wrapping_mul(number) % 251) as u8)
        .collect();
    let folder = kubectl.folder();
    std::fs::write(folder.join("sent"), &sent).unwrap();
    kubectl.run(&["cp", "sent", "shell:/tmp/there"]).await;
    kubectl.run(&["cp", "shell:/tmp/there", "back"]).await;
    assert!(
        std::fs::read(folder.join("back")).unwrap() == sent,
        "another file came back"
    );
}

async fn ports(kubectl: &Kubectl) {
    let mut forwarding = kubectl.command(&["port-forward", "pod/web", ":8080"]).spawn().unwrap();
    let mut lines = lines_of(&mut forwarding);
    let line = timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap().unwrap();
    let port: u16 = line
        .strip_prefix("Forwarding from 127.0.0.1:")
        .and_then(|rest| rest.split(' ').next()?.parse().ok())
        .unwrap_or_else(|| panic!("{line}"));
    // Several at once, over one connection.
    let ask = || async {
        let mut socket = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        socket.write_all(b"GET / HTTP/1.0\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        timeout(PATIENCE, socket.read_to_string(&mut answer))
            .await
            .unwrap()
            .unwrap();
        answer
    };
    let answers = tokio::join!(ask(), ask(), ask());
    for answer in [answers.0, answers.1, answers.2] {
        assert!(answer.contains("It works"), "{answer}");
    }
}
