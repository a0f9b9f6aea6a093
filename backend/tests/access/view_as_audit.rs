//! Looking at the console as somebody else in the audit log, and the end of it with the role of whoever looks.

use muster_api::audit::{AuditEvent, AuditPage};
use serde_json::{Value, json};

use crate::support::{Client, PASSWORD};
use crate::view_as::{look_as, scene, session};
use crate::world::{World, group, user};

/// The events of a query, oldest first.
async fn events(client: &Client, query: &str) -> Vec<AuditEvent> {
    let answer = client.get(&format!("/api/v1/audit?{query}")).await;
    let mut page: AuditPage = answer.expect_status(200).json();
    page.items.reverse();
    page.items
}

#[tokio::test]
async fn the_audit_log_tells_who_looked_as_whom_and_what_was_tried_meanwhile() {
    let world = World::start().await;
    let (ada, [seen, _]) = scene(&world).await;
    let mut looking = world.test.anonymous();
    looking.sign_in("admin", PASSWORD).await.expect_status(200);
    look_as(&looking, user(&ada)).await.expect_status(204);
    let secret =
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "door"}, "data": {"key": "Y2FyZA=="}});
    let path = format!("/api/v1/namespaces/{}/secrets", seen.name());
    world.directly("POST", &path, &secret).await.unwrap();
    let object = format!("/api/v1/clusters/shared/resources/core/v1/secrets/{}/door", seen.name());
    looking.get(&format!("{object}?reveal=true")).await.expect_status(200);
    looking.delete(&object).await.expect_status(403);
    look_as(&looking, group(&ada, 0)).await.expect_status(204);
    look_as(&looking, Value::Null).await.expect_status(204);
    // Once more: nothing ends by it, and nothing is told.
    look_as(&looking, Value::Null).await.expect_status(204);

    let as_ada = format!("ada (muster:user:{})", ada.id);
    let as_group = format!("developers (muster:group:{})", ada.groups[0]);
    let admin = &world.administrator;
    let views = events(admin, "action=view-as").await;
    let told: Vec<_> = views
        .iter()
        .map(|event| {
            assert_eq!(
                (event.actor.name.as_str(), event.actor.credential.as_str()),
                ("admin", "session")
            );
            assert_eq!((event.actor.provider.as_str(), event.result.as_str()), ("local", "ok"));
            (
                event.details["view"].as_str().unwrap(),
                event.object.resource.as_deref().unwrap(),
                event.object.name.as_deref().unwrap(),
                event.actor.impersonated.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("begun", "users", "ada", None),
            ("ended", "users", "ada", Some(as_ada.as_str())),
            ("begun", "groups", "developers", Some(as_ada.as_str())),
            ("ended", "groups", "developers", Some(as_group.as_str())),
        ]
    );
    let session = views[0].actor.credential_id.clone();
    for (action, decision) in [("reveal-secret", "allowed"), ("delete", "denied")] {
        let found = events(admin, &format!("action={action}")).await;
        let [event] = &found[..] else { panic!("{found:#?}") };
        assert_eq!(event.decision, decision);
        assert_eq!(
            (event.actor.name.as_str(), event.actor.impersonated.as_deref()),
            ("admin", Some(as_ada.as_str()))
        );
        assert_eq!(
            (&event.actor.credential_id, event.actor.impersonated_groups.is_some()),
            (&session, true)
        );
        if decision == "denied" {
            assert_eq!(event.code.as_deref(), Some("viewing-as"));
            assert!(event.reason.contains("nothing can be changed"), "{}", event.reason);
        }
    }

    // What she does herself is told with her provider.
    ada.client.delete(&object).await.expect_status(200);
    let own = events(admin, "action=delete&actor=ada").await;
    let [event] = &own[..] else { panic!("{own:#?}") };
    assert_eq!(
        (event.actor.provider.as_str(), event.actor.credential.as_str()),
        ("people", "token")
    );
    assert_eq!(
        (event.actor.provider_id.is_some(), event.actor.impersonated.as_deref()),
        (true, None)
    );
}

#[tokio::test]
async fn a_view_ends_with_the_role_of_whoever_looks() {
    let world = World::start().await;
    let (ada, _namespaces) = scene(&world).await;
    let bob = world.test.user("bob").await;
    let id = session(&bob).await.id;
    let subject = json!({"kind": "user", "id": id});
    let everything = json!({"kind": "everything"});
    let binding = world.grant("administrator", subject.clone(), everything.clone()).await;
    look_as(&bob, user(&ada)).await.expect_status(204);
    assert_ne!(world.names(&bob, "core/v1/configmaps", "").await, [""; 0]);

    let path = format!("/api/v1/bindings/{}", binding.id);
    world.administrator.delete(&path).await.expect_status(204);
    assert_eq!(world.names(&bob, "core/v1/configmaps", "").await, [""; 0]);
    let now = session(&bob).await;
    assert_eq!((now.viewing_as, now.permissions), (None, Vec::new()));
    look_as(&bob, user(&ada)).await.expect_status(403);
    let told = events(&world.administrator, "action=view-as&result=ok").await;
    let ended = told.last().unwrap();
    assert_eq!(
        (ended.actor.name.as_str(), ended.object.name.as_deref()),
        ("bob", Some("ada"))
    );
    assert_eq!(ended.details["view"], "ended");
    assert_eq!(told.len(), 2, "it is told once");

    // It does not go on when he is an administrator again.
    world.grant("administrator", subject, everything).await;
    assert_eq!(session(&bob).await.viewing_as, None);
}
