//! A team signs in with its directory: a group is bound, its members see, others do not, and who leaves it sees no more.

use serde_json::{Value, json};
use testbed::directory::{Access, Directory, Kind};

use crate::support::Client;
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

async fn sign_in(world: &World, provider: &str, name: &str, password: &str) -> (u16, Client) {
    let mut client = world.test.anonymous();
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

    assert_eq!(sign_in(&world, id, "alice", "wrong").await.0, 401);
    let (status, alice) = sign_in(&world, id, "alice", "Alice-secret-1").await;
    assert_eq!(status, 200);
    let (_, carol) = sign_in(&world, id, "carol", "Carol-secret-1").await;
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
    assert_eq!(sign_in(&world, id, "alice", "Alice-secret-1").await.0, 503);
}
