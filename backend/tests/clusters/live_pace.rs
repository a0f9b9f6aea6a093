//! How soon and how often the live socket speaks, and what the metrics tell of it.

use crate::live::{Socket, query};
use crate::world::World;
use futures::StreamExt;
use muster::context::RequestContext;
use muster::resources::live::Subscription;
use muster::resources::tables::FIRST_ROWS;
use muster_api::live::{ClientMessage, ServerMessage, Unsubscribe};
use muster_api::resource::ResourceQuery;
use serde_json::json;

#[tokio::test]
async fn the_first_rows_are_sent_when_they_come_and_not_at_the_end_of_the_wait_for_them() {
    let world = World::start().await;
    let mut socket = Socket::open(&world).await;
    // On a busy machine one of them may really take as long; each is read for the first time.
    let mut waits = Vec::new();
    for resource in ["namespaces", "serviceaccounts", "events", "services"] {
        let mut wanted = ResourceQuery::of("core", "v1", resource);
        wanted.clusters = vec!["shared".into()];
        let asked = std::time::Instant::now();
        socket.subscribe(resource, wanted).await;
        let Some(ServerMessage::Snapshot(snapshot)) = socket.hear().await else {
            panic!("a snapshot comes first");
        };
        waits.push((asked.elapsed(), snapshot.list.clusters[0].state));
        socket
            .say(&ClientMessage::Unsubscribe(Unsubscribe { id: resource.into() }))
            .await;
    }
    let soon = waits.iter().filter(|(wait, _)| *wait < FIRST_ROWS).count();
    assert!(soon > waits.len() / 2, "{waits:?}");
}

#[tokio::test]
async fn changes_are_looked_at_ten_times_a_second_also_when_none_of_them_shows() {
    let world = World::start().await;
    let context = RequestContext::system(world.test.app.clock.clone());
    let tables = &world.test.app.tables;
    let wanted = query(&world, |query| query.filter = "name=none-of-them".into());
    let mut subscription = Subscription::open(tables, &context, "quiet".into(), wanted).unwrap();
    while subscription.message(tables).unwrap().is_none() {
        tokio::time::sleep_until(subscription.due().unwrap()).await;
    }
    subscription.touch();
    tokio::time::sleep_until(subscription.due().unwrap()).await;
    assert_eq!(subscription.message(tables).unwrap(), None);
    let looked = tokio::time::Instant::now();
    subscription.touch();
    let next = subscription.due().unwrap();
    assert!(next > looked, "the next look is due at once");
}

#[tokio::test]
async fn a_storm_of_changes_comes_in_few_messages() {
    const MAPS: usize = 150;
    let world = World::start().await;
    let mut socket = Socket::open(&world).await;
    let wanted = query(&world, |query| {
        query.filter = "name~storm-".into();
        query.page_size = 200;
    });
    socket.subscribe("maps", wanted.clone()).await;
    let mut list = None;
    socket.follow(&mut list, |_| true).await;
    let began = std::time::Instant::now();
    let creating = futures::stream::iter(0..MAPS).for_each_concurrent(10, |number| {
        let object = json!({"metadata": {"name": format!("storm-{number}")}});
        let world = &world;
        async move {
            world.create("/api/v1/namespaces/{ns}/configmaps", &object).await;
        }
    });
    let mut messages = 0_u128;
    let hearing = async {
        let list = list.as_mut().unwrap();
        while list.rows.len() < MAPS {
            match socket.hear().await.expect("the socket ended") {
                ServerMessage::Delta(delta) => delta.apply_to(list),
                other => panic!("{other:?}"),
            }
            messages += 1;
        }
    };
    tokio::join!(creating, hearing);
    let most = began.elapsed().as_millis() / 100 + 2;
    assert!(messages <= most, "{messages} messages in {:?}", began.elapsed());

    // A browser that lost its socket opens another and has the same list at once.
    drop(socket);
    let mut socket = Socket::open(&world).await;
    socket.subscribe("maps", wanted).await;
    let mut again = None;
    socket.follow(&mut again, |_| true).await;
    assert_eq!(again.unwrap().rows, list.unwrap().rows);
}

#[tokio::test]
async fn metrics_show_clusters_watches_rows_and_open_lists() {
    let world = World::start().await;
    let figures = || async {
        let text = world
            .test
            .anonymous()
            .get("/metrics")
            .await
            .expect_status(200)
            .body
            .clone();
        move |name: &str| -> f64 {
            let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name} ")));
            line.unwrap_or_else(|| panic!("{name} is not in\n{text}"))
                .parse()
                .unwrap()
        }
    };
    // The first look starts the counting.
    drop(figures().await);
    let mut socket = Socket::open(&world).await;
    socket.subscribe("maps", query(&world, |_| {})).await;
    let mut list = None;
    socket.follow(&mut list, |_| true).await;
    let shown = figures().await;
    // Other tests of this program have sockets of their own.
    for name in [
        "muster_clusters{state=\"ready\"}",
        "muster_watches",
        "muster_rows",
        "muster_live_sockets",
        "muster_live_subscriptions",
    ] {
        assert!(shown(name) >= 1.0, "{name}: {}", shown(name));
    }
    assert!(shown("muster_clusters{state=\"unreachable\"}") >= 0.0);
}
