//! An entry of a directory: its attributes by name, whatever the case and the options the server answers with.

use ldap3::ResultEntry;
use ldap3::asn1::{PL, StructureTag};
use muster_api::said::directory as sentence;
use std::fmt::Write as _;

use super::failure::{Failure, Outcome, cleaned};

/// Longer stable ids are no ids.
const LONGEST_ID: usize = 256;

/// One entry.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Where it is, exactly as the server wrote it.
    pub dn: String,
    attributes: Vec<Attribute>,
}

#[derive(Debug, Clone)]
struct Attribute {
    /// In lower case, without options.
    name: String,
    /// The last value's place when the server answered only a part of them.
    part_ends: Option<usize>,
    values: Vec<Vec<u8>>,
}

impl Entry {
    /// Reads what the library took apart. The library's own reading ends the task at text that is not UTF-8, and sorts
    /// binary values by whether they look like text.
    pub(super) fn read(found: ResultEntry) -> Outcome<Self> {
        let broken = || Failure::Incomplete(sentence::ENTRY_UNREADABLE.say().into());
        let mut parts = inside(found.0).ok_or_else(broken)?.into_iter();
        let dn = parts.next().and_then(text).ok_or_else(broken)?;
        let mut attributes = Vec::new();
        for attribute in parts.next().and_then(inside).ok_or_else(broken)? {
            let mut parts = inside(attribute).ok_or_else(broken)?.into_iter();
            let described = parts.next().and_then(text).ok_or_else(broken)?;
            let values = parts.next().and_then(inside).ok_or_else(broken)?;
            let values: Option<Vec<_>> = values.into_iter().map(octets).collect();
            attributes.push(Attribute::new(&described, values.ok_or_else(broken)?));
        }
        Ok(Self { dn, attributes })
    }

    /// Every value of an attribute, as bytes.
    pub(super) fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        let name = name.to_ascii_lowercase();
        self.attributes
            .iter()
            .filter(move |attribute| attribute.name == name)
            .flat_map(|attribute| attribute.values.iter().map(Vec::as_slice))
    }

    /// Every value that is text.
    pub(super) fn texts<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.values(name).filter_map(|value| std::str::from_utf8(value).ok())
    }

    /// The first value, if it is text that is not empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.texts(name).next().filter(|value| !value.trim().is_empty())
    }

    /// The first value as a whole number.
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.text(name)?.trim().parse().ok()
    }

    /// Is there any value?
    pub(super) fn has(&self, name: &str) -> bool {
        self.values(name).next().is_some()
    }

    /// The first value for people to read.
    pub(super) fn shown(&self, name: &str) -> Option<String> {
        self.text(name)
            .map(|text| cleaned(text, 256))
            .filter(|text| !text.is_empty())
    }

    /// Where it is, for people to read.
    pub(super) fn place(&self) -> String {
        cleaned(&self.dn, 1_024)
    }

    /// The place of the last value, when the server answered only the first part of an attribute's values.
    pub(super) fn part_ends(&self, name: &str) -> Option<usize> {
        let name = name.to_ascii_lowercase();
        let attribute = self
            .attributes
            .iter()
            .find(|attribute| attribute.name == name && attribute.part_ends.is_some());
        attribute?.part_ends
    }

    /// Adds the next part of an attribute's values.
    pub(super) fn continue_with(&mut self, name: &str, next: &Self) {
        let name = name.to_ascii_lowercase();
        for attribute in &mut self.attributes {
            if attribute.name == name {
                attribute.part_ends = None;
            }
        }
        self.attributes.extend(
            next.attributes
                .iter()
                .filter(|attribute| attribute.name == name)
                .cloned(),
        );
    }

    /// The stable id in this attribute, in the form in which it is kept: there must be exactly one.
    pub(super) fn stable_id(&self, attribute: &str) -> Outcome<String> {
        let mut values = self.values(attribute);
        let (first, second) = (values.next(), values.next());
        let id = first
            .filter(|_| second.is_none())
            .and_then(|value| id_text(attribute, value));
        id.ok_or_else(|| {
            let said = sentence::NO_STABLE_ID.with(&[("place", &self.place()), ("attribute", &attribute)]);
            Failure::Misconfigured(said.into())
        })
    }
}

impl Attribute {
    fn new(described: &str, values: Vec<Vec<u8>>) -> Self {
        let mut parts = described.split(';');
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let range = parts.find_map(|option| {
            let (key, range) = option.split_once('=')?;
            key.eq_ignore_ascii_case("range").then_some(range)?.split_once('-')
        });
        Self {
            name,
            part_ends: range.and_then(|(_, end)| end.parse().ok()),
            values,
        }
    }
}

fn inside(tag: StructureTag) -> Option<Vec<StructureTag>> {
    match tag.payload {
        PL::C(parts) => Some(parts),
        PL::P(_) => None,
    }
}

fn octets(tag: StructureTag) -> Option<Vec<u8>> {
    match tag.payload {
        PL::P(bytes) => Some(bytes),
        PL::C(_) => None,
    }
}

fn text(tag: StructureTag) -> Option<String> {
    String::from_utf8(octets(tag)?).ok()
}

fn is_guid(attribute: &str) -> bool {
    attribute.eq_ignore_ascii_case("objectGUID")
}

fn is_sid(attribute: &str) -> bool {
    attribute.eq_ignore_ascii_case("objectSid")
}

fn id_text(attribute: &str, value: &[u8]) -> Option<String> {
    if is_guid(attribute) {
        return guid_text(value);
    }
    if is_sid(attribute) {
        return sid_text(value);
    }
    let text = std::str::from_utf8(value).ok()?.trim();
    let good = !text.is_empty() && text.len() <= LONGEST_ID && !text.chars().any(char::is_control);
    good.then(|| text.to_owned())
}

/// The condition that finds the entry with this stable id; none when nothing can have it.
pub(super) fn id_filter(attribute: &str, id: &str) -> Option<String> {
    if is_guid(attribute) {
        return Some(super::filter::equals_bytes(attribute, &guid_bytes(id)?));
    }
    if is_sid(attribute) {
        return Some(super::filter::equals_bytes(attribute, &sid_bytes(id)?));
    }
    let good = !id.trim().is_empty() && id.len() <= LONGEST_ID;
    good.then(|| super::filter::equals(attribute, id))
}

/// A GUID as Active Directory's tools show it: its first three groups are stored with the lowest byte first.
fn guid_text(value: &[u8]) -> Option<String> {
    let bytes: [u8; 16] = value.try_into().ok()?;
    Some(uuid::Uuid::from_bytes_le(bytes).to_string())
}

fn guid_bytes(text: &str) -> Option<[u8; 16]> {
    Some(uuid::Uuid::parse_str(text).ok()?.to_bytes_le())
}

/// A security identifier as text (MS-DTYP §2.4.2): `S-1-5-21-…-513`.
pub(super) fn sid_text(value: &[u8]) -> Option<String> {
    let (head, rest) = value.split_at_checked(8)?;
    let count = usize::from(head[1]);
    if head[0] != 1 || rest.len() != count * 4 {
        return None;
    }
    let authority = head[2..].iter().fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    let mut text = format!("S-1-{authority}");
    for part in rest.as_chunks::<4>().0 {
        let _ = write!(text, "-{}", u32::from_le_bytes(*part));
    }
    Some(text)
}

fn sid_bytes(text: &str) -> Option<Vec<u8>> {
    let mut parts = text.strip_prefix("S-1-")?.split('-');
    let authority: u64 = parts.next()?.parse().ok()?;
    let parts: Option<Vec<u32>> = parts.map(|part| part.parse().ok()).collect();
    let parts = parts.filter(|parts| parts.len() <= 15)?;
    let mut bytes = vec![1, u8::try_from(parts.len()).ok()?];
    bytes.extend(authority.to_be_bytes().get(2..)?);
    bytes.extend(parts.into_iter().flat_map(u32::to_le_bytes));
    Some(bytes)
}

/// The identifier of the same domain that ends with another number.
pub(super) fn sibling_sid(of: &[u8], number: u32) -> Option<Vec<u8>> {
    sid_text(of)?;
    let (domain, _) = of.split_last_chunk::<4>()?;
    (domain.len() >= 8).then(|| [domain, &number.to_le_bytes()].concat())
}

#[cfg(test)]
#[path = "entry/tests.rs"]
mod tests;
