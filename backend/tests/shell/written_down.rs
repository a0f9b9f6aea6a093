//! Shells are in the audit log, and what they show is recorded where that is wanted; what is typed never is.

use crate::terminal::Terminal;
use crate::world::World;
use serde_json::Value;

#[tokio::test]
async fn a_shell_is_in_the_audit_log_and_its_recording_holds_what_it_showed_and_nothing_that_was_typed() {
    let world = World::start_with(|config| config.shell_recording = true).await;
    let admin = world.administrator.clone();
    let (mut terminal, opened) = Terminal::open(&world, &admin, "?columns=90").await;
    assert!(opened.recorded);
    // A password that is not shown while it is typed.
    terminal
        .type_in("stty -echo; echo rea''dy; read secret; stty echo\n")
        .await;
    terminal.shows("ready").await;
    terminal.type_in("hunter2\n").await;
    terminal.type_in("echo len''gth ${#secret}\n").await;
    terminal.shows("length 7").await;
    terminal.type_in("exit 3\n").await;
    assert_eq!(terminal.ended().await.exit_code, Some(3));

    let opened = &world.events("action=shell-opened", 1).await[0];
    let closed = &world.events("action=shell-closed", 1).await[0];
    for event in [opened, closed] {
        let object = &event.object;
        assert_eq!(
            [&object.cluster, &object.resource, &object.namespace, &object.name].map(Option::as_deref),
            [Some("real"), Some("pods"), Some("default"), Some("box")]
        );
        assert_eq!(
            (event.actor.name.as_str(), event.decision.as_str()),
            ("admin", "allowed")
        );
        assert_eq!(event.details["container"], "main");
        assert!(event.address.is_some());
    }
    assert_eq!(opened.details["recording"], closed.details["recording"]);
    assert_eq!(
        (&closed.details["exitCode"], &closed.details["ended"]),
        (&3.into(), &"exited".into())
    );
    assert!(closed.duration_milliseconds > 0 && closed.details["outputBytes"].as_u64().unwrap() > 0);

    let id = closed.details["recording"].as_str().unwrap();
    let path = format!("/api/v1/audit/recordings/{id}");
    let recording = admin.get(&path).await;
    let text = &recording.expect_status(200).body;
    assert_eq!(recording.header("content-type"), "application/x-asciicast");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["version"], &lines[0]["width"]), (&2.into(), &90.into()));
    let shown = lines[1..]
        .iter()
        .filter(|line| line[1] == "o")
        .map(|line| line[2].as_str().unwrap());
    let shown: String = shown.collect();
    assert!(shown.contains("length 7") && !text.contains("hunter2"), "{text}");

    // Only for those who may read the log; and to read it is an event, too.
    let (ada, _) = world.somebody("ada", "project-member").await;
    ada.get(&path).await.expect_status(403);
    admin
        .get("/api/v1/audit/recordings/00000000-0000-7000-8000-000000000000")
        .await
        .expect_status(404);
    admin
        .get("/api/v1/audit/recordings/..%2F..%2Fmuster.toml")
        .await
        .expect_status(404);
    let read = world
        .events("action=audit-exported&resource=recordings&result=ok", 1)
        .await;
    assert_eq!(read[0].object.name.as_deref(), Some(id));

    // When the console stops, shells are told and their end is written down.
    let (mut terminal, _) = Terminal::open(&world, &admin, "").await;
    world.test.app.tasks.stopping.cancel();
    assert_eq!(terminal.ended().await.code, "stopping");
    world.stop().await;
}
