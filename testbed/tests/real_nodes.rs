//! Nodes that run containers. Needs root, as real nodes do.
#![allow(clippy::unwrap_used, reason = "a test ends at what it did not expect")]

use std::process::Output;
use std::time::{Duration, Instant};
use testbed::Cluster;
use tokio::process::Command;

const WORKLOADS: &str = r#"
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 1
      topologySpreadConstraints:
      - { maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, labelSelector: { matchLabels: { app: web } } }
      containers:
      - name: web
        image: muster/web:1.0
        readinessProbe: { httpGet: { path: /, port: 8080 }, periodSeconds: 1 }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: shell }
spec:
  terminationGracePeriodSeconds: 1
  containers: [{ name: shell, image: busybox, command: [sh, -c, "echo started; sleep 3600"] }]
---
apiVersion: v1
kind: Pod
metadata: { name: misspelt }
spec:
  containers: [{ name: main, image: "bussybox:1.36" }]
"#;

struct Kubectl<'a>(&'a Cluster);

impl Kubectl<'_> {
    async fn try_run(&self, arguments: &[&str]) -> Output {
        let program = self.0.kubectl_path().await.unwrap();
        let config = format!("--kubeconfig={}", self.0.kubeconfig_path().display());
        Command::new(program)
            .arg(config)
            .args(arguments)
            .kill_on_drop(true)
            .output()
            .await
            .unwrap()
    }

    async fn run(&self, arguments: &[&str]) -> String {
        let output = self.try_run(arguments).await;
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// Repeats a command until its answer holds a text.
    async fn until(&self, arguments: &[&str], wanted: &str) {
        let deadline = Instant::now() + Duration::from_secs(90);
        loop {
            let output = self.try_run(arguments).await;
            let answer = String::from_utf8_lossy(&output.stdout).into_owned();
            if answer.contains(wanted) {
                return;
            }
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(
                Instant::now() < deadline,
                "{arguments:?} does not say {wanted:?}: {answer}{errors}"
            );
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }
}

#[tokio::test]
async fn pods_on_real_nodes_run_log_execute_and_reach_services_by_name() {
    let mut cluster = Cluster::builder()
        .name("real-nodes")
        .real_nodes(2)
        .start()
        .await
        .unwrap();
    cluster.apply(WORKLOADS).await.unwrap();
    cluster.wait_for_dns().await.unwrap();
    let kubectl = Kubectl(&cluster);
    kubectl
        .run(&["wait", "--for=condition=Available", "deployment/web", "--timeout=90s"])
        .await;
    kubectl
        .run(&["wait", "--for=condition=Ready", "pod/shell", "--timeout=90s"])
        .await;

    assert_eq!(kubectl.run(&["logs", "shell"]).await, "started\n");
    assert_eq!(kubectl.run(&["exec", "shell", "--", "echo", "hello"]).await, "hello\n");

    let ask = "printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 3 web.default.svc.cluster.local 80";
    kubectl
        .until(&["exec", "shell", "--", "sh", "-c", ask], "It works")
        .await;
    kubectl
        .until(
            &[
                "exec",
                "shell",
                "--",
                "nslookup",
                "kubernetes.default.svc.cluster.local",
            ],
            "10.96.0.1",
        )
        .await;

    let reason = "jsonpath={.status.containerStatuses[0].state.waiting.reason}";
    kubectl.until(&["get", "pod", "misspelt", "-o", reason], "Image").await;
    kubectl
        .until(&["get", "events"], "docker.io/library/bussybox:1.36: not found")
        .await;

    let nodes = kubectl.run(&["get", "nodes", "-o", "name"]).await;
    assert_eq!(nodes, "node/node-1\nnode/node-2\n");
    assert!(cluster.kill_node("node-2"));
    assert!(!cluster.kill_node("node-2"));
}
