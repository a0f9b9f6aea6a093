//! kubectl through the console does what it does without.

use crate::front::Front;
use crate::recorder::PATIENCE;
use crate::support::{Client, TestApp};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use testbed::binaries::Binary;
use testbed::{Cluster, KubernetesVersion, TestNamespace};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

/// kubectl with one kubeconfig, and a folder of its own for everything it keeps.
pub struct Kubectl {
    program: PathBuf,
    kubeconfig: PathBuf,
    namespace: String,
    variables: Vec<(&'static str, &'static str)>,
    folder: TempDir,
}

impl Kubectl {
    pub fn new(program: &Path, kubeconfig: &str, namespace: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kubeconfig.yaml");
        std::fs::write(&path, kubeconfig).unwrap();
        Self {
            program: program.to_owned(),
            kubeconfig: path,
            namespace: namespace.to_owned(),
            variables: Vec::new(),
            folder,
        }
    }

    /// With the protocol that kubectl spoke before it knew WebSocket.
    pub fn with_spdy(mut self) -> Self {
        let names = ["KUBECTL_REMOTE_COMMAND_WEBSOCKETS", "KUBECTL_PORT_FORWARD_WEBSOCKETS"];
        self.variables = names.map(|name| (name, "false")).into();
        self
    }

    /// Where kubectl may leave files.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn words(&self, arguments: &[&str]) -> Vec<String> {
        let mut words = vec![
            self.program.display().to_string(),
            format!("--kubeconfig={}", self.kubeconfig.display()),
            format!("--cache-dir={}", self.folder.path().join("cache").display()),
            format!("--namespace={}", self.namespace),
        ];
        words.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        words
    }

    /// A command that ends with the test.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let words = self.words(arguments);
        self.command_of(&words[0], &words[1..])
    }

    /// The same behind a terminal.
    pub fn command_with_terminal(&self, arguments: &[&str]) -> Command {
        let quoted = |word: &String| format!("'{}'", word.replace('\'', r"'\''"));
        let line = self.words(arguments).iter().map(quoted).collect::<Vec<_>>().join(" ");
        let arguments = ["--quiet", "--return", "--command", &line, "/dev/null"].map(str::to_owned);
        self.command_of("script", &arguments)
    }

    fn command_of(&self, program: &str, arguments: &[String]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .envs(self.variables.iter().copied())
            .env("HOME", self.folder.path())
            .env_remove("KUBECONFIG")
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    pub async fn try_run(&self, arguments: &[&str]) -> Output {
        let running = self.command(arguments).output();
        tokio::time::timeout(Duration::from_secs(120), running)
            .await
            .expect("kubectl ends")
            .unwrap()
    }

    pub async fn run(&self, arguments: &[&str]) -> String {
        succeeded(arguments, self.try_run(arguments).await)
    }

    /// Runs it with something to read.
    pub async fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> String {
        succeeded(arguments, with_input(self.command(arguments), input).await)
    }
}

/// Runs a command with something to read.
pub async fn with_input(mut command: Command, input: &[u8]) -> Output {
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writing = tokio::spawn(async move { tokio::io::AsyncWriteExt::write_all(&mut stdin, &input).await.ok() });
    let output = tokio::time::timeout(Duration::from_secs(120), child.wait_with_output()).await;
    writing.abort();
    output.expect("it ends").unwrap()
}

#[track_caller]
fn succeeded(arguments: &[&str], output: Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

/// A console with a real cluster as `shared`, and kubectl beside it and through it.
struct Console {
    _test: TestApp,
    front: Front,
    browser: Client,
    program: PathBuf,
    direct: Kubectl,
    through: Kubectl,
    namespace: TestNamespace,
}

impl Console {
    async fn start() -> Self {
        let cluster = Cluster::shared().await.unwrap();
        let (test, namespace) = tokio::join!(TestApp::start(), cluster.namespace());
        let namespace = namespace.unwrap();
        let browser = test.administrator().await;
        let request = json!({"name": "shared", "kubeconfig": cluster.kubeconfig()});
        browser.post("/api/v1/clusters", &request).await.expect_status(201);
        let file = browser.post("/api/v1/clusters/shared/kubeconfig", &json!({})).await;
        let program = Binary::kubernetes(KubernetesVersion::default(), "kubectl")
            .path()
            .await
            .unwrap();
        let front = Front::of(&test.base).await;
        let kubeconfig = front.kubeconfig(&file.expect_status(201).body);
        Self {
            direct: Kubectl::new(&program, cluster.kubeconfig(), namespace.name()),
            through: Kubectl::new(&program, &kubeconfig, namespace.name()),
            _test: test,
            front,
            browser,
            program,
            namespace,
        }
    }

    async fn expect_the_same(&self, arguments: &[&str]) {
        let (direct, through) = tokio::join!(self.direct.run(arguments), self.through.run(arguments));
        assert_eq!(through, direct, "{arguments:?}");
        assert!(!direct.is_empty(), "{arguments:?}");
    }
}

const MANIFEST: &str = "
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, labels: { app: web } }
data: { colour: blue }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: web } }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: busybox }] }
";

#[tokio::test]
async fn what_kubectl_reads_is_the_same_through_the_console() {
    let console = Console::start().await;
    console
        .direct
        .run_with_input(&["apply", "-f", "-"], MANIFEST.as_bytes())
        .await;
    console
        .direct
        .run(&[
            "wait",
            "--for=jsonpath={.status.replicas}=2",
            "deployment/web",
            "--timeout=60s",
        ])
        .await;
    for arguments in [
        &["version", "-o", "json"][..],
        &["api-resources", "--sort-by=name"],
        &["api-versions"],
        &["explain", "deployment.spec.strategy"],
        &["get", "namespaces", "kube-system", "-o", "yaml"],
        &["get", "configmap", "settings", "-o", "json"],
        &["get", "deployments,configmaps", "-l", "app=web", "-o", "name"],
        &[
            "get",
            "deployments",
            "-o",
            "wide",
            "--no-headers",
            "-o",
            "custom-columns=N:.metadata.name,R:.spec.replicas",
        ],
        &["get", "clusterroles", "-o", "name", "--chunk-size=10"],
        &["get", "--raw", "/readyz?verbose"],
        &["get", "--raw", "/openapi/v2"],
        &["auth", "can-i", "create", "deployments"],
        &["describe", "configmap", "settings"],
    ] {
        console.expect_the_same(arguments).await;
    }
    for arguments in [
        &["get", "pod", "nowhere"][..],
        &["get", "nothings"],
        &["create", "configmap", "settings"],
    ] {
        let (direct, through) = tokio::join!(console.direct.try_run(arguments), console.through.try_run(arguments));
        assert_eq!(
            (through.status.code(), String::from_utf8_lossy(&through.stderr)),
            (direct.status.code(), String::from_utf8_lossy(&direct.stderr))
        );
        assert!(!direct.status.success());
    }
}

#[tokio::test]
async fn kubectl_with_a_kubeconfig_for_a_project_reaches_its_namespaces_and_says_why_no_more() {
    let console = Console::start().await;
    let name = console.namespace.name();
    let project = json!({"cluster": "shared", "name": "shop", "namespaces": [name]});
    let project = console.browser.post("/api/v1/projects", &project).await;
    let project: Value = project.expect_status(201).json();
    let request = json!({"projects": [project["id"]]});
    let path = "/api/v1/clusters/shared/kubeconfig";
    let file = console.browser.post(path, &request).await;
    let kubeconfig = console.front.kubeconfig(&file.expect_status(201).body);
    let narrow = Kubectl::new(&console.program, &kubeconfig, name);
    narrow.run_with_input(&["apply", "-f", "-"], MANIFEST.as_bytes()).await;
    assert_eq!(
        narrow.run(&["get", "deployments", "-o", "name"]).await,
        "deployment.apps/web\n"
    );
    narrow.run(&["get", "namespace", name]).await;
    narrow.run(&["api-resources"]).await;
    assert_eq!(narrow.run(&["auth", "can-i", "delete", "deployments"]).await, "yes\n");
    let elsewhere = narrow
        .try_run(&["auth", "can-i", "list", "pods", "-n", "kube-system"])
        .await;
    assert!(String::from_utf8_lossy(&elsewhere.stdout).starts_with("no - this API token is for some projects"));
    for refused in [
        &["get", "pods", "--all-namespaces"][..],
        &["get", "nodes"],
        &["get", "secrets", "-n", "kube-system"],
        &["delete", "namespace", name],
        &["auth", "can-i", "--list"],
    ] {
        let output = narrow.try_run(refused).await;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{refused:?}");
        let start = "Error from server (Forbidden): this API token is for some projects of this cluster only";
        let says_why = said.lines().any(|line| line.starts_with(start) && line.contains(name));
        assert!(says_why, "{refused:?}: {said}");
    }
    narrow.run(&["delete", "deployment/web", "configmap/settings"]).await;
    let unknown = json!({"projects": ["nowhere"]});
    let problem = console.browser.post(path, &unknown).await.expect_status(422).problem();
    assert_eq!(problem.field_problems[0].field, "projects");
}

#[tokio::test]
async fn what_kubectl_writes_through_the_console_is_written() {
    let console = Console::start().await;
    let (through, direct) = (&console.through, &console.direct);
    let said = through.run_with_input(&["apply", "-f", "-"], MANIFEST.as_bytes()).await;
    assert_eq!(said, "configmap/settings created\ndeployment.apps/web created\n");
    let said = through.run_with_input(&["apply", "-f", "-"], MANIFEST.as_bytes()).await;
    assert_eq!(said, "configmap/settings unchanged\ndeployment.apps/web unchanged\n");
    let red = MANIFEST.replace("blue", "red");
    let difference = with_input(through.command(&["diff", "-f", "-"]), red.as_bytes()).await;
    assert_eq!(difference.status.code(), Some(1), "{difference:?}");
    assert!(String::from_utf8_lossy(&difference.stdout).contains("+  colour: red"));
    through
        .run_with_input(
            &["apply", "--server-side", "--force-conflicts", "-f", "-"],
            red.as_bytes(),
        )
        .await;
    through.run(&["scale", "deployment/web", "--replicas=3"]).await;
    through.run(&["label", "configmap", "settings", "tier=front"]).await;
    through
        .run(&[
            "patch",
            "configmap",
            "settings",
            "--type=json",
            "-p",
            r#"[{"op":"add","path":"/data/size","value":"9"}]"#,
        ])
        .await;
    let large = "x".repeat(900_000);
    let file = through.folder().join("large");
    std::fs::write(&file, &large).unwrap();
    through
        .run(&[
            "create",
            "configmap",
            "large",
            &format!("--from-file={}", file.display()),
        ])
        .await;

    let data: Value = serde_json::from_str(&direct.run(&["get", "configmap", "settings", "-o", "json"]).await).unwrap();
    assert_eq!(data["data"], json!({"colour": "red", "size": "9"}));
    assert_eq!(data["metadata"]["labels"]["tier"], "front");
    assert_eq!(
        direct
            .run(&["get", "configmap", "large", "-o", "jsonpath={.data.large}"])
            .await,
        large
    );
    assert_eq!(
        direct
            .run(&["get", "deployment", "web", "-o", "jsonpath={.spec.replicas}"])
            .await,
        "3"
    );
    through
        .run(&[
            "delete",
            "deployment/web",
            "configmap/settings",
            "configmap/large",
            "--wait",
        ])
        .await;
    assert_eq!(direct.run(&["get", "deployments", "-o", "name"]).await, "");
}

#[tokio::test]
async fn kubectl_get_w_shows_each_change_as_it_happens() {
    let console = Console::start().await;
    let arguments = ["get", "configmaps", "-w", "--output-watch-events", "-l", "app=web"];
    let mut watching = console.through.command(&arguments).spawn().unwrap();
    let mut lines = BufReader::new(watching.stdout.take().unwrap()).lines();
    for (change, event) in [
        (&["create", "-f", "-"][..], "ADDED"),
        (&["label", "configmap", "settings", "x=y"], "MODIFIED"),
        (&["delete", "configmap", "settings"], "DELETED"),
    ] {
        let manifest = MANIFEST.split("---").next().unwrap();
        console.direct.run_with_input(change, manifest.as_bytes()).await;
        let shown = async {
            while let Some(line) = lines.next_line().await.unwrap() {
                if line.split_whitespace().take(2).eq([event, "settings"]) {
                    return;
                }
            }
            panic!("the watch ended before {event}");
        };
        tokio::time::timeout(PATIENCE, shown).await.expect(event);
    }
}

#[tokio::test]
async fn kubectl_says_in_words_that_its_token_no_longer_works() {
    let console = Console::start().await;
    console.through.run(&["get", "configmaps"]).await;
    let tokens: Value = console.browser.get("/api/v1/account/tokens").await.json();
    for token in tokens["items"].as_array().unwrap() {
        let path = format!("/api/v1/account/tokens/{}", token["id"].as_str().unwrap());
        console.browser.delete(&path).await.expect_status(204);
    }
    let refused = console.through.try_run(&["get", "configmaps"]).await;
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(
        said.contains("API token is missing, wrong, expired or revoked"),
        "{said}"
    );
}

#[tokio::test]
async fn kubectl_with_a_token_that_only_reads_reads() {
    let console = Console::start().await;
    let request = json!({"readOnly": true});
    let file = console
        .browser
        .post("/api/v1/clusters/shared/kubeconfig", &request)
        .await;
    let kubeconfig = console.front.kubeconfig(&file.expect_status(201).body);
    let reader = Kubectl::new(&console.program, &kubeconfig, console.namespace.name());
    reader.run(&["get", "configmaps"]).await;
    let refused = reader.try_run(&["create", "configmap", "new"]).await;
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("only reads"), "{said}");
}

#[tokio::test]
async fn kubectl_is_told_that_it_cannot_ask_on_somebody_elses_behalf() {
    let console = Console::start().await;
    let posing = [
        "get",
        "configmaps",
        "-o",
        "name",
        "--as=nobody",
        "--as-group=system:masters",
    ];
    let answered = console.through.try_run(&posing).await;
    assert!(answered.status.success(), "{answered:?}");
    assert_eq!(
        String::from_utf8_lossy(&answered.stdout),
        console.through.run(&posing[..4]).await
    );
    let said = String::from_utf8_lossy(&answered.stderr);
    assert!(said.contains("Warning: the console decides who you are"), "{said}");
}
