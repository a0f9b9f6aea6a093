//! Servers that lie, stall, flood and break off: no panic, no endless wait, no endless memory, and never a wrong answer
//! about anybody.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use muster::identity::providers::{PasswordProvider as _, ProviderError, Refreshed};
use muster_api::provider::Membership;

use crate::hostile_server::*;
use crate::world::*;

/// Answers one search below this base with these acts; everything else is as usual.
fn instead(base: &'static str, acts: Vec<Act>) -> impl Fn(&Call<'_>) -> Option<Vec<Act>> + Send + Sync + 'static {
    move |call| match call.request {
        Request::Search {
            base: asked, scope: 2, ..
        } if asked.starts_with(base) => Some(acts.clone()),
        _ => None,
    }
}

async fn unknown(server: &HostileServer) -> String {
    let provider = HostileServer::provider(&[server], |_| ());
    match provider.refresh("id-of-alice").await {
        Refreshed::Unknown { reason } => reason,
        other => panic!("more was believed than is known: {other:?}"),
    }
}

#[tokio::test]
async fn the_little_directory_itself_lets_alice_in_with_one_bind() {
    let server = HostileServer::start(|_| None).await;
    let provider = HostileServer::provider(&[&server], |_| ());
    let alice = signed_in(&provider, "alice", ALICE_PASSWORD).await;
    assert_eq!(groups(&alice), [("team", "direct")].into());
    assert_eq!(server.binds(), [ALICE]);
    assert_eq!(server.connections(), 2);
    assert!(refused(&provider, "alice", "wrong").await.contains("49"));
    assert_eq!(server.binds(), [ALICE, ALICE]);
    assert!(matches!(provider.refresh("id-of-alice").await, Refreshed::Present(_)));
    assert!(matches!(
        provider.refresh("id-of-nobody").await,
        Refreshed::Absent { .. }
    ));
}

#[tokio::test]
async fn what_is_refused_before_it_is_sent_causes_no_connection() {
    let server = HostileServer::start(|_| None).await;
    let provider = HostileServer::provider(&[&server], |settings| settings.domain = Some("H".to_owned()));
    for (login, password) in [
        ("alice", ""),
        ("", "x"),
        ("a\0", "x"),
        ("alice", "x\0"),
        ("OTHER\\alice", "x"),
    ] {
        refused(&provider, login, password).await;
    }
    assert_eq!(server.connections(), 0);
    signed_in(&provider, "h\\alice", ALICE_PASSWORD).await;
}

#[tokio::test]
async fn an_unknown_name_costs_the_server_as_much_as_a_wrong_password() {
    let server = HostileServer::start(|_| None).await;
    let provider = HostileServer::provider(&[&server], |_| ());
    refused(&provider, "nobody", "secret-of-nobody").await;
    let binds = server.binds();
    assert_eq!(binds.len(), 1);
    assert!(binds[0].starts_with("cn=") && binds[0].ends_with(",ou=people,dc=h"));
    let leaked =
        |request: &Request| matches!(request, Request::Bind { password, .. } if password == "secret-of-nobody");
    assert!(!server.seen().iter().any(leaked));
}

#[tokio::test]
async fn a_server_that_lets_everyone_in_without_a_name_is_not_believed() {
    let nameless = vec![Act::Say(entry("", &[("entryUUID", &[b"x"])])), Act::Say(done(0))];
    let server = HostileServer::start(move |call| match call.request {
        Request::Bind { .. } => Some(vec![Act::Say(result(0x61, 0, ""))]),
        Request::Search { base, .. } if base.starts_with("ou=people") => Some(nameless.clone()),
        _ => None,
    })
    .await;
    let provider = HostileServer::provider(&[&server], |_| ());
    unavailable(&provider, "alice", "anything").await;
    assert_eq!(server.binds(), [""; 0]);
    // And no password never becomes a bind, whatever the server would say.
    refused(&provider, "alice", "").await;
    assert_eq!(server.binds(), [""; 0]);
}

#[tokio::test]
async fn broken_messages_end_nothing_but_their_connection() {
    let bad_dn = tlv(0x64, &[tlv(0x04, b"\xff\xfe"), tlv(0x30, b"")].concat());
    let deep = [0xa0, 0x80].repeat(200_000);
    let broken = [
        Act::Raw(b"\x30\x00".to_vec()),
        Act::Raw(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()),
        Act::Raw(b"\x30\x80\x02\x01".to_vec()),
        Act::Raw(b"\x30\x84\x7f\xff\xff\xff".to_vec()),
        Act::Raw(tlv(0x30, &deep)),
        Act::Say(bad_dn),
        Act::Say(tlv(0x64, b"")),
        Act::Say(tlv(0x65, b"")),
        Act::Say(tlv(0x65, &[tlv(0x0a, b""), tlv(0x04, b""), tlv(0x04, b"")].concat())),
        Act::Say(tlv(
            0x65,
            &[tlv(0x0a, &[0]), tlv(0x04, b"\xff"), tlv(0x04, b"")].concat(),
        )),
        Act::Say(result(0x61, 0, "")),
        Act::Say(tlv(0x73, b"\x04\x01\xff")),
        Act::Say([done(0), tlv(0xa0, &tlv(0x30, b""))].concat()),
        Act::Say([done(0), tlv(0xa0, &tlv(0x04, b"x"))].concat()),
        Act::Close,
    ];
    for act in broken {
        let shown = format!("{act:?}");
        let server = HostileServer::start(instead("ou=people", vec![act, Act::Hang])).await;
        let provider = HostileServer::provider(&[&server], |_| ());
        unavailable(&provider, "alice", ALICE_PASSWORD).await;
        assert_eq!(server.binds(), [""; 0], "{}", &shown[..shown.len().min(100)]);
        unknown(&server).await;
    }
}

#[tokio::test]
async fn an_announced_gigabyte_is_not_waited_for() {
    let bomb = vec![
        Act::Raw(b"\x30\x84\x40\x00\x00\x00".to_vec()),
        Act::Flood(vec![0; 64 << 10]),
    ];
    let server = HostileServer::start(instead("ou=people", bomb)).await;
    let provider = HostileServer::provider(&[&server], |settings| settings.timeout_seconds = 10);
    let began = Instant::now();
    assert!(unavailable(&provider, "alice", ALICE_PASSWORD).await.contains("bytes"));
    assert!(began.elapsed() < Duration::from_secs(5));
    assert!(server.sent() < 16 << 20, "{} bytes were taken", server.sent());
}

#[tokio::test]
async fn endless_entries_and_endless_values_are_given_up() {
    let values = vec![&b""[..]; 100_000];
    let heavy = entry("cn=x,ou=groups,dc=h", &[("description", &values)]);
    for flood in [heavy, group("same")] {
        let message = |operation: &[u8]| tlv(0x30, &[&tlv(0x02, &[3])[..], operation].concat());
        let acts = vec![Act::Flood([message(&flood), message(&reference("ldap://x"))].concat())];
        let server = HostileServer::start(instead("ou=groups", acts)).await;
        let provider = HostileServer::provider(&[&server], |settings| settings.timeout_seconds = 30);
        unavailable(&provider, "alice", ALICE_PASSWORD).await;
        assert!(server.sent() < 64 << 20, "{} bytes were taken", server.sent());
    }
}

#[tokio::test]
async fn a_server_that_drips_is_given_up_in_time() {
    let drops = (0..200).flat_map(|_| {
        [
            Act::Say(reference("ldap://elsewhere")),
            Act::Wait(Duration::from_millis(300)),
        ]
    });
    let server = HostileServer::start(instead("ou=groups", drops.collect())).await;
    let provider = HostileServer::provider(&[&server], |_| ());
    let began = Instant::now();
    unavailable(&provider, "alice", ALICE_PASSWORD).await;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert_eq!(server.binds(), [ALICE]);
}

#[tokio::test]
async fn half_an_answer_is_no_answer() {
    for code in [1, 3, 4, 10, 11, 50, 80] {
        let people = HostileServer::start(instead("ou=people", vec![Act::Say(alice()), Act::Say(done(code))])).await;
        let provider = HostileServer::provider(&[&people], |_| ());
        unavailable(&provider, "alice", ALICE_PASSWORD).await;
        assert_eq!(people.binds(), [""; 0]);
        unknown(&people).await;
        let groups = HostileServer::start(instead("ou=groups", vec![Act::Say(group("a")), Act::Say(done(code))])).await;
        let provider = HostileServer::provider(&[&groups], |_| ());
        unavailable(&provider, "alice", ALICE_PASSWORD).await;
        assert_eq!(groups.binds(), [ALICE]);
        unknown(&groups).await;
    }
}

#[tokio::test]
async fn nobody_at_all_is_a_sign_of_lost_rights_and_not_of_people_who_left() {
    let server = HostileServer::start(instead("ou=people", vec![Act::Say(done(0))])).await;
    assert!(unknown(&server).await.contains("nobody at all"));
    let missing = HostileServer::start(instead("ou=people", vec![Act::Say(done(32))])).await;
    unknown(&missing).await;
    let no_groups = HostileServer::start(instead("ou=groups", vec![Act::Say(done(0))])).await;
    assert!(unknown(&no_groups).await.contains("not one group"));
}

#[tokio::test]
async fn another_servers_address_is_never_called() {
    let trap = HostileServer::start(|_| None).await;
    let url = format!("ldap://{}/ou=people,dc=h", trap.address);
    let referred = tlv(
        0x65,
        &[
            tlv(0x0a, &[10]),
            tlv(0x04, b""),
            tlv(0x04, b""),
            tlv(0xa3, &tlv(0x04, url.as_bytes())),
        ]
        .concat(),
    );
    let references = vec![
        Act::Say(reference(&url)),
        Act::Say(alice()),
        Act::Say(reference(&url)),
        Act::Say(done(0)),
    ];
    let server = HostileServer::start(instead("ou=people", references)).await;
    let provider = HostileServer::provider(&[&server], |_| ());
    signed_in(&provider, "alice", ALICE_PASSWORD).await;
    let server = HostileServer::start(instead("ou=people", vec![Act::Say(referred)])).await;
    let provider = HostileServer::provider(&[&server], |_| ());
    unavailable(&provider, "alice", ALICE_PASSWORD).await;
    assert_eq!(trap.connections(), 0);
}

#[tokio::test]
async fn pages_are_read_to_the_last_and_a_page_without_end_is_given_up() {
    let first = AtomicBool::new(true);
    let server = HostileServer::start(move |call| match call.request {
        Request::Search { base, filter, .. } if base.starts_with("ou=groups") && filter.contains(ALICE) => {
            let (name, cookie) = if first.swap(false, Ordering::SeqCst) {
                ("one", "next")
            } else {
                ("two", "")
            };
            Some(vec![Act::Say(group(name)), Act::Say(done_with_page(cookie.as_bytes()))])
        }
        _ => None,
    })
    .await;
    let provider = HostileServer::provider(&[&server], |_| ());
    let both = [("one", "direct"), ("two", "direct")];
    assert_eq!(
        groups(&signed_in(&provider, "alice", ALICE_PASSWORD).await),
        both.into()
    );
    let endless = HostileServer::start(instead("ou=groups", vec![Act::Say(done_with_page(b"more"))])).await;
    let provider = HostileServer::provider(&[&endless], |_| ());
    unavailable(&provider, "alice", ALICE_PASSWORD).await;
}

#[tokio::test]
async fn values_that_come_in_parts_are_read_to_the_end() {
    let dn = |number: usize| format!("cn=g{number},ou=groups,dc=h");
    let part = move |from: usize, to: usize, last: bool| {
        let end = if last { "*".to_owned() } else { (to - 1).to_string() };
        let values: Vec<String> = (from..to).map(dn).collect();
        let values: Vec<&[u8]> = values.iter().map(String::as_bytes).collect();
        let name = format!("memberOf;range={from}-{end}");
        let empty: &[&[u8]] = &[];
        entry(
            ALICE,
            &[
                ("uid", &[b"alice"]),
                ("cn", &[b"Alice"]),
                ("entryUUID", &[b"id-of-alice"]),
                ("memberOf", empty),
                (&name, &values),
            ],
        )
    };
    let script = move |cut: bool| {
        move |call: &Call<'_>| match call.request {
            Request::Search { base, attributes, .. } if base == ALICE => {
                let ranged = attributes.iter().any(|name| name == "memberOf;range=15-*");
                assert!(ranged, "{attributes:?}");
                let found = if cut { entry(ALICE, &[]) } else { part(15, 25, true) };
                Some(vec![Act::Say(found), Act::Say(done(0))])
            }
            Request::Search { base, scope: 2, .. } if base.starts_with("ou=people") => {
                Some(vec![Act::Say(part(0, 15, false)), Act::Say(done(0))])
            }
            Request::Search { base, scope: 0, .. } if base.starts_with("cn=g") => {
                let name = base[3..].split(',').next().unwrap();
                Some(vec![Act::Say(group(name)), Act::Say(done(0))])
            }
            _ => None,
        }
    };
    let by_member_of =
        |settings: &mut muster_api::provider::DirectorySettings| settings.membership = Membership::MemberOf;
    let server = HostileServer::start(script(false)).await;
    let provider = HostileServer::provider(&[&server], by_member_of);
    assert_eq!(signed_in(&provider, "alice", ALICE_PASSWORD).await.groups.len(), 25);
    let cut = HostileServer::start(script(true)).await;
    let provider = HostileServer::provider(&[&cut], by_member_of);
    assert!(
        unavailable(&provider, "alice", ALICE_PASSWORD)
            .await
            .contains("only a part")
    );
}

#[tokio::test]
async fn a_person_without_a_stable_id_is_nobody() {
    for attributes in [
        vec![],
        vec![("entryUUID", vec![&b""[..]])],
        vec![("entryUUID", vec![&b"a"[..], b"b"])],
    ] {
        let attributes: Vec<(&str, &[&[u8]])> = attributes.iter().map(|(name, values)| (*name, &values[..])).collect();
        let acts = vec![Act::Say(entry(ALICE, &attributes)), Act::Say(done(0))];
        let server = HostileServer::start(instead("ou=people", acts)).await;
        let provider = HostileServer::provider(&[&server], |_| ());
        let outcome = provider.sign_in("alice", secret(ALICE_PASSWORD)).await;
        assert!(
            matches!(outcome, Err(ProviderError::Misconfigured { .. })),
            "{outcome:?}"
        );
        assert_eq!(server.binds(), [""; 0]);
        unknown(&server).await;
    }
}

#[tokio::test]
async fn the_password_of_the_service_appears_in_no_error_and_no_report() {
    let tells = |call: &Call<'_>| match call.request {
        Request::Bind { .. } => Some(vec![Act::Say(result(0x61, 49, "no: \u{202e}\u{7}data 52e"))]),
        _ => None,
    };
    let server = HostileServer::start(tells).await;
    let provider = HostileServer::provider(&[&server], |_| ());
    let error = provider.sign_in("alice", secret(ALICE_PASSWORD)).await.unwrap_err();
    assert!(matches!(error, ProviderError::Unavailable { .. }));
    let report = provider.test(Some("alice"), Some(secret(ALICE_PASSWORD))).await;
    for text in [format!("{error:?} {error}"), format!("{report:?}")] {
        assert!(
            !text.contains(SERVICE_PASSWORD) && !text.contains(ALICE_PASSWORD),
            "{text}"
        );
        assert!(!text.contains('\u{202e}') && !text.contains("\\u{202e}"), "{text}");
    }
}
