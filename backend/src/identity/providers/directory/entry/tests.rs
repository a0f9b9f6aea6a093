//! Entries as servers really answer them.

use super::*;
use ldap3::asn1::{PL, StructureTag, TagClass};

fn octets(value: &[u8]) -> StructureTag {
    StructureTag {
        class: TagClass::Universal,
        id: 4,
        payload: PL::P(value.to_vec()),
    }
}

fn constructed(id: u64, parts: Vec<StructureTag>) -> StructureTag {
    StructureTag {
        class: TagClass::Universal,
        id,
        payload: PL::C(parts),
    }
}

fn entry(attributes: &[(&str, &[&[u8]])]) -> Entry {
    let attributes = attributes.iter().map(|(name, values)| {
        let values = values.iter().map(|value| octets(value)).collect();
        constructed(16, vec![octets(name.as_bytes()), constructed(17, values)])
    });
    let tag = constructed(4, vec![octets(b"cn=a,dc=test"), constructed(16, attributes.collect())]);
    Entry::read(ResultEntry::new(tag)).unwrap()
}

#[test]
fn attributes_are_found_in_every_case_and_with_options() {
    let entry = entry(&[
        ("MemberOf", &[b"cn=x"]),
        ("userCertificate;binary", &[b"\x30"]),
        ("mail", &[b"  "]),
    ]);
    assert_eq!(entry.text("memberof"), Some("cn=x"));
    assert!(entry.has("USERCERTIFICATE"));
    assert_eq!(entry.text("mail"), None);
}

#[test]
fn a_guid_is_the_same_whether_or_not_its_bytes_look_like_text() {
    let looks_like_text = b"abcdefghijklmnop";
    let does_not: [u8; 16] = [0xff, 0xfe, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13];
    let id = |bytes: &[u8]| entry(&[("objectguid", &[bytes])]).stable_id("objectGUID").unwrap();
    assert_eq!(id(looks_like_text), "64636261-6665-6867-696a-6b6c6d6e6f70");
    assert_eq!(id(&does_not), "0100feff-0302-0504-0607-08090a0b0c0d");
    assert_eq!(
        id_filter("objectGUID", &id(looks_like_text)).unwrap(),
        super::super::filter::equals_bytes("objectGUID", looks_like_text)
    );
}

#[test]
fn a_stable_id_must_be_there_once() {
    let long = [b'a'; 300];
    let wrong: [&[&[u8]]; 6] = [&[], &[b"a", b"b"], &[b" "], &[b"\xff"], &[b"a\0b"], &[&long]];
    for values in wrong {
        assert!(entry(&[("entryUUID", values)]).stable_id("entryUUID").is_err());
    }
    assert!(entry(&[("objectGUID", &[b"short"])]).stable_id("objectGUID").is_err());
    assert_eq!(entry(&[("entryUUID", &[b"a"])]).stable_id("EntryUUID").unwrap(), "a");
}

#[test]
fn a_range_of_values_says_where_it_ends() {
    let mut first = entry(&[("member", &[]), ("member;range=0-1", &[b"a", b"b"])]);
    assert_eq!(first.part_ends("Member"), Some(1));
    let last = entry(&[("member;range=2-*", &[b"c"])]);
    assert_eq!(last.part_ends("member"), None);
    first.continue_with("member", &last);
    assert_eq!(first.part_ends("member"), None);
    assert_eq!(first.texts("member").collect::<Vec<_>>(), ["a", "b", "c"]);
}

#[test]
fn security_identifiers_are_read_and_written() {
    let text = "S-1-5-21-1004336348-1177238915-682003330-512";
    let bytes = sid_bytes(text).unwrap();
    assert_eq!(sid_text(&bytes).as_deref(), Some(text));
    let sibling = sibling_sid(&bytes, 513).unwrap();
    assert_eq!(sid_text(&sibling).unwrap(), text.replace("-512", "-513"));
    for bad in [&b""[..], b"\x01\x02\0\0\0\0\0\x05\0\0\0\0", b"\x02\0\0\0\0\0\0\x05"] {
        assert_eq!(sid_text(bad), None);
    }
}
