//! What is typed reaches the container, what it writes is shown, and neither side fills the console's memory.

use crate::terminal::{Said, Terminal};
use crate::world::World;
use muster_api::shell::OUTPUT_WINDOW;
use std::time::Duration;
use tokio::time::timeout;

#[tokio::test]
async fn a_shell_runs_what_is_typed_knows_its_size_and_tells_its_exit_code() {
    let world = World::start().await;
    let admin = world.administrator.clone();
    let (mut terminal, opened) = Terminal::open(&world, &admin, "?columns=101&rows=33").await;
    assert_eq!((opened.container.as_str(), opened.recorded), ("main", false));
    terminal.type_in("echo hel''lo from $TERM\n").await;
    terminal.shows("hello from xterm-256color").await;
    terminal.type_in("stty size\n").await;
    terminal.shows("33 101").await;
    terminal.resize(77, 22).await;
    terminal.type_in("stty size\n").await;
    terminal.shows("22 77").await;
    // Characters of several bytes go both ways.
    terminal.type_in("printf '%s' 'a→' | wc -c | sed s/^/bytes:/\n").await;
    terminal.shows("bytes:4").await;
    terminal.type_in("exit 7\n").await;
    let ended = terminal.ended().await;
    assert_eq!((ended.exit_code, ended.code.as_str()), (Some(7), "exited"));

    // Another container, another program.
    let (mut aside, opened) = Terminal::open(&world, &admin, "?container=side&command=/bin/sh%20-i").await;
    assert_eq!(opened.container, "side");
    aside.type_in("echo it is $PLACE\n").await;
    aside.shows("it is aside").await;

    a_flood_waits_for_who_reads_it(&world).await;
    nothing_goes_on_in_the_container_when_a_shell_is_left(&world, aside).await;
    no_shell_in_the_image_is_said_plainly(&world).await;
    world.stop().await;
}

/// More than the window never comes unasked, and what is typed gets through meanwhile.
async fn a_flood_waits_for_who_reads_it(world: &World) {
    let (mut terminal, _) = Terminal::open(world, &world.administrator, "").await;
    terminal.takes = false;
    terminal.type_in("yes flood\n").await;
    let most = OUTPUT_WINDOW + 64 * 1024;
    let mut received = 0;
    // Until nothing more comes: what is on its way by then is all that ever is.
    while let Ok(said) = timeout(Duration::from_secs(3), terminal.next()).await {
        match said {
            Said::Shown(bytes) => received += bytes as u64,
            other => panic!("{other:?}"),
        }
        assert!(received < most, "{received} bytes came unasked");
    }
    assert!(received >= OUTPUT_WINDOW, "{received} bytes came");
    terminal.type_in("\u{3}").await;
    terminal.type_in("echo dri''ed up\n").await;
    terminal.takes = true;
    terminal.resize(80, 24).await;
    terminal.take_all().await;
    terminal.shows("dried up").await;
    terminal.type_in("exit\n").await;
    terminal.ended().await;
}

/// Kubernetes itself leaves what ran in a terminal that is gone.
async fn nothing_goes_on_in_the_container_when_a_shell_is_left(world: &World, mut aside: Terminal) {
    aside.type_in("sleep 4242\n").await;
    aside.shows("sleep 4242").await;
    aside.leave().await;
    let (mut terminal, _) = Terminal::open(world, &world.administrator, "?container=side").await;
    for _attempt in 0..100 {
        terminal.shown.clear();
        terminal
            .type_in("sleep 0.2; ps | grep '[s]leep 4242\\|[s]h -i'; echo do''ne\n")
            .await;
        terminal.shows("done").await;
        if !terminal.shown.contains("4242\r\n") && !terminal.shown.contains("sh -i\r\n") {
            terminal.type_in("exit\n").await;
            terminal.ended().await;
            return;
        }
    }
    panic!("it still runs: {:?}", terminal.shown);
}

async fn no_shell_in_the_image_is_said_plainly(world: &World) {
    let (mut terminal, _) = Terminal::open(world, &world.administrator, "").await;
    terminal.type_in("rm /bin/sh; exit\n").await;
    terminal.ended().await;
    let (mut terminal, _) = Terminal::open(world, &world.administrator, "").await;
    let ended = terminal.ended().await;
    assert_eq!((ended.exit_code, ended.code.as_str()), (None, "no-shell"), "{ended:?}");
    assert!(ended.reason.starts_with("The container main has no shell"), "{ended:?}");
}
