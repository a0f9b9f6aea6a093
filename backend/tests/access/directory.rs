//! A team signs in with its directory: a group is bound, its members see, others do not, and who leaves it sees no more.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use muster::clock::Clock;
use muster::database::provider_users;
use reqwest::Method;
use serde_json::{Value, json};
use testbed::directory::{Access, Directory, Kind};

use crate::support::{Answer, Client, TestApp};
use crate::world::{World, eventually};

fn settings(access: &Access) -> Value {
    json!({
        "kind": "ldap", "urls": [access.url], "certificateAuthority": access.certificate_authority,
        "bindName": access.service_account, "userBases": [access.base], "userObjectClass": "inetOrgPerson",
        "loginAttributes": ["uid"], "nameAttribute": "uid", "displayNameAttribute": "cn", "emailAttribute": "mail",
        "uniqueAttribute": "entryUUID", "groupBases": [access.base], "groupObjectClasses": ["groupOfNames"],
        "groupNameAttribute": "cn", "groupUniqueAttribute": "entryUUID", "membership": "member",
    })
}

async fn sign_in(test: &TestApp, provider: &str, name: &str, password: &str) -> (u16, Client) {
    let mut client = test.anonymous();
    let request = json!({"name": name, "password": password, "provider": provider});
    let answer = client.post("/api/v1/session", &request).await;
    client.keep_cookie(&answer);
    (answer.status, client)
}

#[tokio::test]
async fn cve_2023_22650_and_cve_2023_22648_members_of_a_bound_group_see_and_whoever_leaves_it_sees_no_more() {
    let directory = Directory::start(Kind::OpenLdap).await.unwrap();
    let world = World::start().await;
    let namespace = world.namespace().await;
    let trial = json!({"settings": settings(directory.access()), "user": "alice",
        "secrets": {"bindPassword": directory.access().service_password}});
    let trial: Value = world
        .administrator
        .post("/api/v1/providers/test", &trial)
        .await
        .expect_status(200)
        .json();
    assert_eq!(trial["works"], true, "{trial:#}");
    let provider = json!({"name": "Company", "settings": settings(directory.access()), "admission": {"mode": "anyone"},
        "secrets": {"bindPassword": directory.access().service_password}});
    let provider: Value = world
        .administrator
        .post("/api/v1/providers", &provider)
        .await
        .expect_status(201)
        .json();
    assert!(!provider.to_string().contains(&directory.access().service_password));
    let id = provider["id"].as_str().unwrap();

    let found: Value = world
        .administrator
        .get("/api/v1/principals?text=developers")
        .await
        .expect_status(200)
        .json();
    let group = found["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["name"] == "developers")
        .unwrap();
    let subject = json!({"kind": "group", "provider": id, "externalId": group["externalId"], "name": "developers"});
    world
        .grant("project-viewer", subject, world.in_namespace(namespace.name()))
        .await;

    assert_eq!(sign_in(&world.test, id, "alice", "wrong").await.0, 401);
    let (status, alice) = sign_in(&world.test, id, "alice", "Alice-secret-1").await;
    assert_eq!(status, 200);
    let (_, carol) = sign_in(&world.test, id, "carol", "Carol-secret-1").await;
    eventually("alice, a developer, sees the namespace", || async {
        world.names(&alice, "core/v1/configmaps", "").await == [format!("{}/kube-root-ca.crt", namespace.name())]
    })
    .await;
    assert_eq!(world.names(&carol, "core/v1/configmaps", "").await, [""; 0]);

    let base = &directory.access().base;
    let leaves = format!(
        "dn: cn=developers,ou=groups,{base}\nchangetype: modify\ndelete: member\nmember: uid=alice,ou=people,{base}\n"
    );
    directory.ldif(&leaves).await.unwrap();
    let session: Value = alice.get("/api/v1/session").await.expect_status(200).json();
    let refresh = format!("/api/v1/users/{}/refresh", session["id"].as_str().unwrap());
    let look: Value = world
        .administrator
        .post(&refresh, &json!({}))
        .await
        .expect_status(200)
        .json();
    assert_eq!((&look["outcome"], &look["reason"]), (&json!("present"), &Value::Null));
    assert_eq!(
        (&look["lost"][0]["name"], &look["gained"]),
        (&json!("developers"), &json!([]))
    );
    assert_eq!(world.names(&alice, "core/v1/configmaps", "").await, [""; 0]);

    // An outage takes nothing from anybody.
    directory.stop().await.unwrap();
    let look: Value = world
        .administrator
        .post(&refresh, &json!({}))
        .await
        .expect_status(200)
        .json();
    assert_eq!(
        (&look["outcome"], &look["user"]["presence"]),
        (&json!("unknown"), &json!("unknown"))
    );
    alice.get("/api/v1/session").await.expect_status(200);
    assert_eq!(sign_in(&world.test, id, "alice", "Alice-secret-1").await.0, 503);
}

/// A directory with eight people who are signed in, and a clock that the test moves.
struct Team {
    directory: Directory,
    test: TestApp,
    administrator: Client,
    clock: Clock,
    people: Vec<Client>,
}

/// The age at which accounts are looked at again, and the pause before one is looked at once more.
const OLDEST: SignedDuration = SignedDuration::from_mins(15);
const TRY_AGAIN: SignedDuration = SignedDuration::from_mins(2);
/// Longer than these.
const OLD: Duration = Duration::from_mins(16);
const ONCE_MORE: Duration = Duration::from_mins(3);

impl Team {
    async fn start() -> Self {
        let directory = Directory::start(Kind::OpenLdap).await.unwrap();
        let clock = Clock::by_hand(Timestamp::now());
        let test = TestApp::start_with(clock.clone(), |_| {}).await;
        let administrator = test.administrator().await;
        let access = directory.access();
        let provider = json!({"name": "Company", "settings": settings(access), "admission": {"mode": "anyone"},
            "secrets": {"bindPassword": access.service_password}});
        let provider: Value = administrator
            .post("/api/v1/providers", &provider)
            .await
            .expect_status(201)
            .json();
        let mut people = Vec::new();
        for number in 0..8 {
            let entry = format!(
                "dn: uid=member-{number},ou=people,{}\nobjectClass: inetOrgPerson\nuid: member-{number}\ncn: {number}\n\
                 sn: {number}\nmail: {number}@muster.test\nuserPassword: Secret-1\n",
                access.base
            );
            directory.ldif(&entry).await.unwrap();
            let id = provider["id"].as_str().unwrap();
            let (status, client) = sign_in(&test, id, &format!("member-{number}"), "Secret-1").await;
            assert_eq!(status, 200);
            people.push(client);
        }
        Self {
            directory,
            test,
            administrator,
            clock,
            people,
        }
    }

    async fn leaves(&self, number: usize) {
        let base = &self.directory.access().base;
        let entry = format!("dn: uid=member-{number},ou=people,{base}\nchangetype: delete\n");
        self.directory.ldif(&entry).await.unwrap();
    }

    async fn statuses(&self) -> Vec<u16> {
        let mut statuses = Vec::new();
        for client in &self.people {
            statuses.push(client.get("/api/v1/session").await.status);
        }
        statuses
    }

    /// What the console did to people by itself, the newest first.
    async fn written(&self) -> Vec<Value> {
        let path = "/api/v1/audit?action=user-changed";
        let events: Value = self.administrator.get(path).await.expect_status(200).json();
        let mut events = events["items"].as_array().unwrap().clone();
        events.retain(|event| event["actor"]["credential"] == "console");
        events
    }

    /// Moves the clock, and waits until every account that is due by then was looked at.
    async fn later(&self, by: Duration) {
        self.clock.advance(by);
        let now = self.clock.now();
        let database = &self.test.app.database;
        eventually("the accounts that are due were looked at", || async {
            let due = provider_users::due(database, now - OLDEST, now - TRY_AGAIN, 1)
                .await
                .unwrap();
            due.is_empty()
        })
        .await;
    }
}

#[tokio::test]
async fn whoever_is_gone_from_the_directory_twice_in_a_row_is_signed_out_and_nobody_else() {
    let team = Team::start().await;
    team.leaves(3).await;
    team.later(OLD).await;
    assert_eq!(team.statuses().await, [200; 8], "one look is not believed");
    team.later(ONCE_MORE).await;
    eventually("the loss is written down", || async {
        !team.written().await.is_empty()
    })
    .await;
    let mut expected = [200; 8];
    expected[3] = 401;
    assert_eq!(team.statuses().await, expected);
    let events = team.written().await;
    assert_eq!(
        (&events[0]["object"]["name"], &events[0]["details"]["account"]),
        (&json!("member-3"), &json!("gone"))
    );
    team.test.stop().await;
}

#[tokio::test]
async fn a_directory_that_suddenly_misses_many_takes_nothing_from_anybody_and_that_is_written_down_once() {
    let team = Team::start().await;
    for number in 0..6 {
        team.leaves(number).await;
    }
    for wait in [OLD, ONCE_MORE, ONCE_MORE] {
        team.later(wait).await;
        eventually("the refusal is written down", || async {
            !team.written().await.is_empty()
        })
        .await;
    }
    assert_eq!(team.statuses().await, [200; 8]);
    let events = team.written().await;
    assert_eq!(events.len(), 1, "{events:#?}");
    assert_eq!(events[0]["decision"], "denied");
    let details = &events[0]["details"];
    assert_eq!((&details["missing"], &details["known"]), (&json!(6), &json!(8)));
    assert_eq!(events[0]["object"]["name"], "Company");
    team.test.stop().await;
}

#[tokio::test]
async fn a_directory_that_misses_more_and_more_takes_nothing_more_than_from_a_few() {
    let team = Team::start().await;
    for number in 0..3 {
        team.leaves(number).await;
    }
    for wait in [OLD, ONCE_MORE] {
        team.later(wait).await;
    }
    let expected = [401, 401, 401, 200, 200, 200, 200, 200];
    eventually("three are believed to be gone", || async {
        team.statuses().await == expected
    })
    .await;
    // Three more in a later round are six of eight within the hour.
    for number in 3..6 {
        team.leaves(number).await;
    }
    for wait in [OLD, ONCE_MORE, ONCE_MORE] {
        team.later(wait).await;
    }
    let refused = async || {
        let mut events = team.written().await;
        events.retain(|event| event["decision"] == "denied");
        events
    };
    eventually("the refusal is written down", || async { !refused().await.is_empty() }).await;
    assert_eq!(team.statuses().await, expected);
    let details = &refused().await[0]["details"];
    assert_eq!((&details["missing"], &details["known"]), (&json!(6), &json!(8)));
    team.test.stop().await;
}

impl Team {
    /// A group with the first so many people, in the place of the one that was there.
    async fn crew(&self, people: usize) {
        let base = &self.directory.access().base;
        let _there_was_none = self
            .directory
            .ldif(&format!("dn: cn=crew,ou=groups,{base}\nchangetype: delete\n"))
            .await;
        let members: Vec<String> = (0..people)
            .map(|number| format!("member: uid=member-{number},ou=people,{base}\n"))
            .collect();
        let members = members.concat();
        if !members.is_empty() {
            let entry = format!("dn: cn=crew,ou=groups,{base}\nobjectClass: groupOfNames\ncn: crew\n{members}");
            self.directory.ldif(&entry).await.unwrap();
        }
    }

    /// How many people are known to be in the group.
    async fn known_crew(&self) -> usize {
        let users: Value = self.administrator.get("/api/v1/users").await.expect_status(200).json();
        let is_in = |user: &&Value| {
            let mut groups = user["groups"].as_array().unwrap().iter();
            groups.any(|group| group["name"] == "crew")
        };
        users["items"].as_array().unwrap().iter().filter(is_in).count()
    }

    /// Lets in only the people and groups of this list.
    async fn admits_only(&self, listed: Value) {
        let company = company(&self.administrator).await;
        let changed = json!({"name": "Company", "settings": company["settings"],
            "admission": {"mode": "listed", "listed": listed}});
        let path = format!("/api/v1/providers/{}", company["id"].as_str().unwrap());
        let put = self.administrator.request(Method::PUT, &path).json(&changed);
        Answer::of(put).await.expect_status(200);
    }
}

#[tokio::test]
async fn a_directory_that_suddenly_shows_no_groups_takes_none_from_anybody() {
    let team = Team::start().await;
    team.crew(8).await;
    team.later(OLD).await;
    assert_eq!(team.known_crew().await, 8);
    // A few may lose their groups at any time, and at once.
    team.crew(5).await;
    team.later(OLD).await;
    assert_eq!(team.known_crew().await, 5);
    team.crew(0).await;
    for wait in [OLD, ONCE_MORE, OLD] {
        team.later(wait).await;
    }
    eventually("the refusal is written down", || async {
        !team.written().await.is_empty()
    })
    .await;
    assert_eq!(team.known_crew().await, 5);
    assert_eq!(team.written().await.len(), 1, "{:#?}", team.written().await);
    // It works again.
    team.crew(8).await;
    team.later(OLD).await;
    assert_eq!(team.known_crew().await, 8);
    team.test.stop().await;
}

#[tokio::test]
async fn people_whose_group_let_them_in_stay_when_the_directory_loses_it_and_go_when_an_administrator_wants_so() {
    let team = Team::start().await;
    team.crew(8).await;
    team.later(OLD).await;
    let found: Value = team
        .administrator
        .get("/api/v1/principals?text=crew")
        .await
        .expect_status(200)
        .json();
    let crew = found["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["kind"] == "group")
        .unwrap();
    team.admits_only(json!([{"kind": "group", "externalId": crew["externalId"], "name": "crew"}]))
        .await;
    team.later(OLD).await;
    assert_eq!(team.statuses().await, [200; 8]);
    // Another group in its place: everybody has a group, and nobody the one that lets in.
    team.crew(0).await;
    let base = &team.directory.access().base;
    let others: Vec<String> = (0..8)
        .map(|number| format!("member: uid=member-{number},ou=people,{base}\n"))
        .collect();
    let others = others.concat();
    let entry = format!("dn: cn=others,ou=groups,{base}\nobjectClass: groupOfNames\ncn: others\n{others}");
    team.directory.ldif(&entry).await.unwrap();
    for wait in [OLD, ONCE_MORE] {
        team.later(wait).await;
    }
    assert_eq!(team.statuses().await, [200; 8]);
    team.admits_only(json!([])).await;
    team.later(OLD).await;
    eventually("nobody is let in any more", || async {
        team.statuses().await == [401; 8]
    })
    .await;
    team.test.stop().await;
}

/// The provider `Company`, as it is read.
async fn company(client: &Client) -> Value {
    let providers: Value = client.get("/api/v1/providers").await.expect_status(200).json();
    let mut items = providers["items"].as_array().unwrap().clone();
    items.retain(|provider| provider["name"] == "Company");
    items.remove(0)
}

#[tokio::test]
async fn a_change_that_locks_its_administrator_out_is_taken_back_after_five_minutes() {
    let team = Team::start().await;
    let session: Value = team.people[0].get("/api/v1/session").await.expect_status(200).json();
    let administers = json!({"role": "administrator", "scope": {"kind": "everything"},
        "subject": {"kind": "user", "id": session["id"]}});
    let granted = team.administrator.post("/api/v1/bindings", &administers).await;
    granted.expect_status(201);
    let chief = &team.people[0];
    let before = company(chief).await;
    let (id, base) = (before["id"].as_str().unwrap(), &team.directory.access().base);
    let mut changed = json!({"name": "Company", "settings": before["settings"], "admission": {"mode": "anyone"}});
    changed["settings"]["userBases"] = json!([format!("ou=nobody-is-here,{base}")]);
    let put = chief
        .request(Method::PUT, &format!("/api/v1/providers/{id}"))
        .json(&changed);
    let put: Value = Answer::of(put).await.expect_status(200).json();
    let until: Timestamp = put["unconfirmedUntil"].as_str().unwrap().parse().unwrap();
    assert_eq!(until.duration_since(team.clock.now()), SignedDuration::from_mins(5));
    assert_ne!(company(&team.administrator).await["settings"], before["settings"]);
    assert_ne!(sign_in(&team.test, id, "member-0", "Secret-1").await.0, 200);

    team.clock.advance(Duration::from_secs(301));
    eventually("the change is taken back", || async {
        company(&team.administrator).await["settings"] == before["settings"]
    })
    .await;
    assert_eq!(company(&team.administrator).await["unconfirmedUntil"], Value::Null);
    assert_eq!(sign_in(&team.test, id, "member-0", "Secret-1").await.0, 200);
    team.test.stop().await;
}
