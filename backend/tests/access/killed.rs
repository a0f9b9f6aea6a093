//! Killing the console at any moment while rights are changed leaves no half-written right.
//!
//! Several people change bindings and projects at the same time, each of them his own ones, by API token. The console is
//! killed in between and started again on the same data folder. Then it has what it had answered to, nothing that it had
//! refused, and what it had not answered to wholly or not at all; and the cluster holds exactly the RBAC objects that
//! follow from it.
//!
//! A run has `MUSTER_KILL_POINTS` kills, 12 without it, on SQLite and on PostgreSQL. The long one:
//!
//! ```text
//! MUSTER_KILL_POINTS=200 cargo test -p muster --test access killed -- --nocapture
//! ```

mod person;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use k8s_openapi::api::core::v1::ResourceQuota;
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding, RoleBinding, RoleRef, Subject};
use kube::api::{Api, ListParams, ResourceExt};
use muster::database::{Database, settings};
use muster_api::Collection;
use muster_api::access::{Binding, BindingScope, Project, User};
use serde_json::{Value, json};
use testbed::{Cluster, TestNamespace};
use tokio::sync::watch;
use uuid::Uuid;

use crate::support::{Client, PASSWORD, PostgresDatabase, Program, postgres_url};
use crate::world::PATIENCE;
use person::{Person, Random, Rights};

const POINTS: usize = 12;
const PEOPLE: usize = 3;
/// The role of administrators, which every console writes into every cluster.
const ADMINISTRATOR: &str = "6d757374-6572-8000-8000-000000000001";

/// What the console has now, by person: bindings by whose they are, projects by their names.
async fn rights_of(people: &[Person], client: &Client) -> Vec<Rights> {
    let bindings: Collection<Binding> = client.get("/api/v1/bindings").await.expect_status(200).json();
    let projects: Collection<Project> = client.get("/api/v1/projects").await.expect_status(200).json();
    let mut rights = vec![Rights::default(); people.len()];
    for binding in bindings.items {
        let whose = people
            .iter()
            .position(|person| binding.subject.id.as_ref() == Some(&person.id));
        rights[whose.unwrap()].grant(binding);
    }
    for project in projects.items {
        let whose = project.name.split('-').nth(1).unwrap().parse::<usize>().unwrap();
        rights[whose].keep(project);
    }
    rights
}

/// What must stand in the cluster, a line an object.
fn wanted(people: &[Person], console: Uuid) -> BTreeSet<String> {
    let named = |what: &str, id: &str| format!("muster:{}:{what}:{id}", console.simple());
    let (administrators, role) = (named("administrators", ADMINISTRATOR), named("role", ADMINISTRATOR));
    let mut lines = BTreeSet::from([
        format!("binding /{administrators}: {role} to muster:group:{console}"),
        format!("role {role}"),
    ]);
    for Person { rights, id: user, .. } in people {
        for (id, (role, scope)) in &rights.bindings {
            let places: &[String] = match scope {
                BindingScope::Namespace { namespace, .. } => std::slice::from_ref(namespace),
                BindingScope::Project { project } => &rights.projects[project].1,
                _ => &[String::new()],
            };
            let (name, role) = (named("binding", id), named("role", &role.id));
            for place in places {
                lines.insert(format!("binding {place}/{name}: {role} to muster:user:{user}"));
                lines.insert(format!("role {role}"));
            }
        }
        for (id, (_, namespaces, pods)) in &rights.projects {
            let quota = |place: &String| format!("quota {place}/muster-project-{id}: {pods} pods");
            lines.extend(namespaces.iter().map(quota));
        }
    }
    lines
}

/// What stands in the cluster with the label of this console.
async fn standing(kube: &kube::Client, console: Uuid) -> BTreeSet<String> {
    let ours = ListParams::default().labels(&format!("muster.dev/console={console}"));
    let of_binding = |place: &str, name: &str, role: &RoleRef, subjects: &Option<Vec<Subject>>| {
        let whose: Vec<&str> = subjects.iter().flatten().map(|subject| subject.name.as_str()).collect();
        format!("binding {place}/{name}: {} to {}", role.name, whose.join(", "))
    };
    let mut lines = BTreeSet::new();
    for found in Api::<ClusterRoleBinding>::all(kube.clone()).list(&ours).await.unwrap() {
        lines.insert(of_binding("", &found.name_any(), &found.role_ref, &found.subjects));
    }
    for found in Api::<RoleBinding>::all(kube.clone()).list(&ours).await.unwrap() {
        let place = found.namespace().unwrap();
        lines.insert(of_binding(&place, &found.name_any(), &found.role_ref, &found.subjects));
    }
    for found in Api::<ClusterRole>::all(kube.clone()).list(&ours).await.unwrap() {
        lines.insert(format!("role {}", found.name_any()));
    }
    for found in Api::<ResourceQuota>::all(kube.clone()).list(&ours).await.unwrap() {
        let place = format!("{}/{}", found.namespace().unwrap(), found.name_any());
        let hard = found.spec.unwrap().hard.unwrap();
        lines.insert(format!("quota {place}: {} pods", hard["pods"].0));
    }
    lines
}

/// Waits until exactly this stands in the cluster.
async fn expect_standing(kube: &kube::Client, console: Uuid, wanted: &BTreeSet<String>) {
    let started = Instant::now();
    loop {
        let found = standing(kube, console).await;
        if found == *wanted {
            return;
        }
        if started.elapsed() > PATIENCE {
            let too_many: Vec<_> = found.difference(wanted).collect();
            let missing: Vec<_> = wanted.difference(&found).collect();
            panic!("too many in the cluster: {too_many:#?}, missing: {missing:#?}");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Where a console keeps what it knows: a data folder, and a database in it or elsewhere.
struct Store<'a> {
    data: &'a Path,
    database: Option<&'a PostgresDatabase>,
}

impl Store<'_> {
    /// The console's program on this store.
    fn program(&self) -> Program {
        let program = Program::new(self.data);
        match self.database {
            Some(database) => program.env("MUSTER_DATABASE", &database.url()),
            None => program,
        }
    }

    async fn open(&self) -> Database {
        match self.database {
            Some(database) => database.open().await,
            None => Database::open_file(&self.data.join("muster.db")).await.unwrap(),
        }
    }

    /// Somebody with a token, made on the command line.
    fn token_of(&self, name: &str, role: &str) -> String {
        let create = ["user", "create", name, "--role", role, "--password-stdin"];
        let made = self.program().args(create).run_with_input(PASSWORD);
        assert!(made.status.success());
        let token = ["token", "create", "--user", name, "--ttl", "12h"];
        let token = self.program().args(token).run();
        String::from_utf8(token.stdout).unwrap().trim().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cve_2021_36775_killing_the_console_while_rights_are_changed_leaves_no_half_written_right() {
    leaves_no_half_written_right(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cve_2021_36775_killing_the_console_leaves_no_half_written_right_on_postgresql_either() {
    let Some(server) = postgres_url() else {
        return;
    };
    let database = PostgresDatabase::create(&server).await;
    leaves_no_half_written_right(Some(&database)).await;
    database.remove().await;
}

#[expect(clippy::print_stdout, reason = "what a long run did is for whoever started it")]
async fn leaves_no_half_written_right(database: Option<&PostgresDatabase>) {
    let points = std::env::var("MUSTER_KILL_POINTS").map_or(POINTS, |text| text.parse().unwrap());
    let started = Instant::now();
    let shared = Cluster::shared().await.unwrap();
    let kube = shared.client().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = Store {
        data: folder.path(),
        database,
    };
    let mine = store.token_of("admin", "administrator");
    let of_nobody = store.token_of("eve", "user");
    let mut server = store.program().serve();
    let client = Client::new(&server.base).with_token(&mine);
    let request = json!({"name": "shared", "kubeconfig": shared.kubeconfig()});
    let created: Value = client
        .post("/api/v1/clusters", &request)
        .await
        .expect_status(201)
        .json();
    let cluster = created["id"].as_str().unwrap().to_owned();
    let mut namespaces: Vec<TestNamespace> = Vec::new();
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        let name = format!("person-{number}");
        store.token_of(&name, "user");
        let users: Collection<User> = client.get("/api/v1/users").await.expect_status(200).json();
        let user = users.items.into_iter().find(|user| user.name == name).unwrap();
        namespaces.push(shared.namespace().await.unwrap());
        namespaces.push(shared.namespace().await.unwrap());
        people.push(Person {
            number,
            id: user.id,
            tokens: [mine.clone(), of_nobody.clone()],
            cluster: cluster.clone(),
            namespaces: [0, 1].map(|place| namespaces[2 * number + place].name().to_owned()),
            random: Random(0x9e37_79b9_7f4a_7c15 + number as u64),
            rights: Rights::default(),
            unanswered: None,
            answered: 0,
        });
    }
    server.end("TERM");
    let database = store.open().await;
    let console = settings::read(&database, "console-id").await.unwrap().unwrap();
    let console = Uuid::parse_str(&console).unwrap();
    database.close().await;

    let mut random = Random(Uuid::new_v4().as_u64_pair().0 | 1);
    let mut cut_off = 0;
    for point in 0..=points {
        let mut server = store.program().serve();
        let client = Client::new(&server.base).with_token(&mine);
        let found = rights_of(&people, &client).await;
        for (person, found) in people.iter_mut().zip(&found) {
            person.compare(found);
        }
        // Now and then it is killed before it has put the cluster in order.
        if point % 3 != 2 || point == points {
            expect_standing(&kube, console, &wanted(&people, console)).await;
        }
        if point == points {
            server.end("TERM");
            break;
        }
        let (answers, mut answered) = watch::channel(0);
        let working: Vec<_> = people
            .drain(..)
            .map(|person| tokio::spawn(person.work(server.base.clone(), answers.clone())))
            .collect();
        let enough = 1 + random.below(12);
        answered.wait_for(|count| *count >= enough).await.unwrap();
        tokio::time::sleep(Duration::from_micros(random.below(20_000) as u64)).await;
        server.end("KILL");
        for person in working {
            people.push(person.await.unwrap());
        }
        cut_off += people.iter().filter(|person| person.unanswered.is_some()).count();
    }
    let answered: usize = people.iter().map(|person| person.answered).sum();
    println!(
        "{points} kills in {:.1} s: {answered} changes were answered to, {cut_off} were cut off",
        started.elapsed().as_secs_f64()
    );
    assert!(
        answered > points && cut_off > points / 2,
        "too little happened to prove anything"
    );

    let verified = store.program().args(["audit", "verify"]).run();
    let told = String::from_utf8([verified.stdout, verified.stderr].concat()).unwrap();
    assert!(verified.status.success() && told.contains("intact"), "{told}");

    // Nothing of it stays behind.
    let server = store.program().serve();
    let client = Client::new(&server.base).with_token(&mine);
    client
        .delete(&format!("/api/v1/clusters/{cluster}"))
        .await
        .expect_status(204);
    expect_standing(&kube, console, &BTreeSet::new()).await;
}
