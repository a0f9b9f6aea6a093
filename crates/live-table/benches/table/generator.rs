//! Pods as a busy fleet has them: always the same ones.

use live_table::{Cell, Column, ColumnKind, Health, RowInput, Schema, Table};

pub const NOW: i64 = 1_777_593_600_000;

/// One row with everything that it borrows.
pub struct Pod {
    pub cluster: String,
    pub namespace: String,
    pub name: String,
    pub created: i64,
    pub labels: Vec<(String, String)>,
    pub health: Health,
    pub cells: Vec<Cell>,
}

/// A small generator of numbers that look random: the same on every machine.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        let at = self.below(words.len() as u64);
        words[usize::try_from(at).unwrap_or(0)]
    }

    /// Letters as Kubernetes appends them to names.
    fn suffix(&mut self, length: usize) -> String {
        const LETTERS: &[&str] = &[
            "b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "4", "5", "6", "7", "8", "9",
        ];
        (0..length).map(|_| self.pick(LETTERS)).collect()
    }
}

pub fn schema() -> Schema {
    use ColumnKind::{Link, Number, Quantity, Status, Text, Time};
    let columns = [
        ("ready", Text),
        ("status", Status),
        ("restarts", Number),
        ("lastRestart", Time),
        ("ip", Text),
        ("node", Link),
        ("nominatedNode", Link),
        ("readinessGates", Text),
        ("cpuRequest", Quantity),
        ("cpuLimit", Quantity),
        ("memoryRequest", Quantity),
        ("memoryLimit", Quantity),
        ("images", Text),
        ("owner", Link),
        ("ownerKind", Text),
        ("qos", Text),
        ("serviceAccount", Link),
        ("priorityClass", Text),
        ("scheduler", Text),
        ("reason", Text),
        ("hostIp", Text),
        ("phase", Text),
        ("containers", Number),
        ("started", Time),
    ];
    Schema::new(columns.map(|(id, kind)| Column::new(id, kind)).to_vec())
}

/// Four clusters, ten pods a namespace, five pods a deployment, a tenth of the pods in stateful sets.
pub fn pods(count: usize) -> Vec<Pod> {
    let mut random = Random::new(42);
    let mut pods = Vec::with_capacity(count);
    while pods.len() < count {
        let namespace_number = pods.len() / 10;
        let namespace = format!(
            "team-{}-{}",
            random.pick(&["payments", "search", "media", "core", "data"]),
            namespace_number
        );
        let cluster = format!("0198f3c2-7b1e-7c44-9a51-00000000000{}", namespace_number % 4);
        for _ in 0..2 {
            deployment(&mut random, &cluster, &namespace, &mut pods);
        }
    }
    pods.truncate(count);
    pods
}

fn deployment(random: &mut Random, cluster: &str, namespace: &str, pods: &mut Vec<Pod>) {
    let what = random.pick(&[
        "checkout",
        "catalog",
        "profile",
        "search-index",
        "thumbnail",
        "ledger",
        "gateway",
        "recommender",
    ]);
    let role = random.pick(&["api", "worker", "frontend", "cache", "scheduler"]);
    let app = format!("{what}-{role}");
    let stateful = random.below(10) == 0;
    let hash = format!("{}{}", random.suffix(9), random.below(10));
    let owner = if stateful { app.clone() } else { format!("{app}-{hash}") };
    let version = format!("v{}.{}.{}", random.below(4), random.below(30), random.below(10));
    let image = format!("registry.example.com/{what}/{role}:{version}");
    for ordinal in 0..5 {
        let name = if stateful {
            format!("{app}-{ordinal}")
        } else {
            format!("{owner}-{}", random.suffix(5))
        };
        let mut labels = vec![
            ("app.kubernetes.io/name".to_owned(), app.clone()),
            ("app.kubernetes.io/instance".to_owned(), format!("{app}-{namespace}")),
            ("app.kubernetes.io/version".to_owned(), version.clone()),
            ("team".to_owned(), namespace.to_owned()),
            ("tier".to_owned(), role.to_owned()),
        ];
        labels.push(if stateful {
            ("statefulset.kubernetes.io/pod-name".to_owned(), name.clone())
        } else {
            ("pod-template-hash".to_owned(), hash.clone())
        });
        labels.sort();
        let created = NOW - i64::try_from(random.below(90 * 86_400_000)).unwrap_or(0);
        let (status, health) = match random.below(100) {
            0..90 => ("Running", Health::Good),
            90..94 => ("Completed", Health::Idle),
            94..96 => ("CrashLoopBackOff", Health::Bad),
            96..98 => ("Pending", Health::Busy),
            98 => ("ImagePullBackOff", Health::Bad),
            _ => ("Init:0/2", Health::Busy),
        };
        let cells = cells(random, status, &image, &owner, stateful, created);
        pods.push(Pod {
            cluster: cluster.to_owned(),
            namespace: namespace.to_owned(),
            name,
            created,
            labels,
            health,
            cells,
        });
    }
}

fn cells(random: &mut Random, status: &str, image: &str, owner: &str, stateful: bool, created: i64) -> Vec<Cell> {
    let restarts = if random.below(5) == 0 { random.below(40) } else { 0 };
    let node = random.below(200);
    let count = |number: u64| Cell::Number(f64::from(u32::try_from(number).unwrap_or(0)));
    let quantity = |number: u64, unit: f64| Cell::Quantity(f64::from(u32::try_from(number).unwrap_or(0)) * unit);
    let (cpu, memory) = (1 + random.below(20), 1 + random.below(32));
    vec![
        if status == "Running" {
            "1/1".into()
        } else {
            "0/1".into()
        },
        status.into(),
        count(restarts),
        if restarts > 0 {
            Cell::Time(created + 60_000)
        } else {
            Cell::Empty
        },
        format!("10.{}.{}.{}", node, random.below(256), random.below(256)).into(),
        format!("worker-{node:03}.example.com").into(),
        Cell::Empty,
        Cell::Empty,
        quantity(cpu, 0.05),
        quantity(2 * cpu, 0.05),
        quantity(memory, 67_108_864.0),
        quantity(memory, 134_217_728.0),
        image.into(),
        owner.into(),
        if stateful {
            "StatefulSet".into()
        } else {
            "ReplicaSet".into()
        },
        random.pick(&["Burstable", "Guaranteed", "BestEffort"]).into(),
        random.pick(&["default", "builder", "app"]).into(),
        Cell::Empty,
        "default-scheduler".into(),
        if status == "Running" {
            Cell::Empty
        } else {
            status.into()
        },
        format!("192.168.{}.{}", node / 100, node % 100).into(),
        "Running".into(),
        count(1 + random.below(3)),
        Cell::Time(created + 3_000),
    ]
}

impl Pod {
    /// Hands the pod to `put` as a table takes it.
    pub fn put<R>(&self, put: impl FnOnce(RowInput<'_>) -> R) -> R {
        let labels: Vec<(&str, &str)> = self.labels.iter().map(|(key, value)| (&**key, &**value)).collect();
        put(RowInput {
            cluster: &self.cluster,
            namespace: Some(&self.namespace),
            name: &self.name,
            created: Some(self.created),
            labels: &labels,
            health: self.health,
            cells: &self.cells,
        })
    }
}

pub fn filled(pods: &[Pod]) -> Table {
    let mut table = Table::new(schema());
    for pod in pods {
        pod.put(|row| table.upsert(row));
    }
    table
}
