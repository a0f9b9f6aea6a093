//! What the address of the page says: what is looked for, which page, which event is open.

use crate::routes::query;
use muster_api::audit::{AuditQuery, DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE};

/// The state of the page in its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AuditAddress {
    /// What is looked for.
    pub(super) query: AuditQuery,
    /// From 1.
    pub(super) page: u32,
    /// How many events a page.
    pub(super) page_size: u32,
    /// The number of the event that is open.
    pub(super) open: Option<String>,
}

impl AuditAddress {
    /// Reads an address; what makes no sense counts as not said.
    pub(super) fn read(one: impl Fn(&str) -> Option<String>, all: impl Fn(&str) -> Vec<String>) -> Self {
        let text = |name: &str| one(name).unwrap_or_default();
        let number = |name: &str, most: u32| {
            let number = one(name).and_then(|text| text.parse().ok());
            number.filter(|number| (1..=most).contains(number))
        };
        Self {
            query: AuditQuery {
                actor: text("actor"),
                actions: all("action"),
                cluster: text("cluster"),
                namespace: text("namespace"),
                resource: text("resource"),
                name: text("name"),
                result: text("result"),
                since: text("since"),
                until: text("until"),
                text: text("text"),
            },
            page: number("page", u32::MAX).unwrap_or(1),
            page_size: number("pageSize", MAX_PAGE_SIZE).unwrap_or(DEFAULT_PAGE_SIZE),
            open: one("open").filter(|open| !open.is_empty()),
        }
    }

    /// The query of the address, with its question mark; nothing when nothing is said.
    pub(super) fn write(&self) -> String {
        let unless_usual = |number: u32, usual: u32| {
            if number == usual {
                String::new()
            } else {
                number.to_string()
            }
        };
        let page = unless_usual(self.page, 1);
        let page_size = unless_usual(self.page_size, DEFAULT_PAGE_SIZE);
        let mut pairs = self.query.parameters();
        pairs.extend([
            ("page", page.as_str()),
            ("pageSize", page_size.as_str()),
            ("open", self.open.as_deref().unwrap_or_default()),
        ]);
        match query(&pairs) {
            written if written.is_empty() => written,
            written => format!("?{written}"),
        }
    }

    /// The same with another event open.
    pub(super) fn opening(&self, id: &str) -> Self {
        Self {
            open: Some(id.to_owned()),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> AuditAddress {
        let all = |name: &str| {
            let fitting = pairs.iter().filter(|(key, _)| *key == name);
            fitting.map(|(_, value)| (*value).to_owned()).collect::<Vec<_>>()
        };
        AuditAddress::read(|name| all(name).pop(), all)
    }

    #[test]
    fn an_address_comes_back_as_it_was_written() {
        assert_eq!(read(&[]).write(), "");
        let address = read(&[
            ("action", "sign-in"),
            ("action", "sign-out"),
            ("actor", "ada & eve"),
            ("page", "3"),
            ("open", "17"),
        ]);
        assert_eq!(
            address.write(),
            "?action=sign-in&action=sign-out&actor=ada%20%26%20eve&page=3&open=17"
        );
    }

    #[test]
    fn what_makes_no_sense_counts_as_not_said() {
        let address = read(&[("page", "0"), ("pageSize", "100000"), ("open", "")]);
        assert_eq!(address, read(&[]));
    }
}
