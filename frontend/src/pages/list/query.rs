//! What the list's address says: filter, order, page, and which object is open beside it. Pure.

use crate::routes;
use muster_api::resource::{DEFAULT_PAGE_SIZE, Health, MAX_PAGE_SIZE, ResourceQuery, StatusCount};

/// One column that a list is sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    /// The column's id.
    pub column: String,
    /// Largest first.
    pub descending: bool,
}

/// The state of a list that lives in its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery {
    /// Chosen namespaces; none: all.
    pub namespaces: Vec<String>,
    /// Filter expression.
    pub filter: String,
    /// Label selector.
    pub label_selector: String,
    /// Order; empty: the server's.
    pub sort: Vec<SortKey>,
    /// From 1.
    pub page: u32,
    /// Rows a page.
    pub page_size: u32,
    /// The open object: `<namespace|->/<name>`, with the cluster before it in a list of all clusters.
    pub open: Option<String>,
}

impl ListQuery {
    /// Reads the address's parameters; what cannot be read is as if it were not there.
    pub fn read(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name: &str| parameter(name).unwrap_or_default();
        let number = |name: &str| parameter(name).and_then(|value| value.parse::<u32>().ok());
        Self {
            namespaces: words(&text("namespace")).map(str::to_owned).collect(),
            filter: text("filter"),
            label_selector: text("labelSelector"),
            sort: words(&text("sort")).map(sort_key).collect(),
            page: number("page").filter(|page| *page >= 1).unwrap_or(1),
            page_size: number("pageSize")
                .filter(|size| (1..=MAX_PAGE_SIZE).contains(size))
                .unwrap_or(DEFAULT_PAGE_SIZE),
            open: parameter("open").filter(|open| !open.is_empty()),
        }
    }

    /// The parameters for the address, beginning with `?` when there are any.
    pub fn write(&self) -> String {
        let number = |number: u32, usual: u32| {
            if number == usual {
                String::new()
            } else {
                number.to_string()
            }
        };
        let text = routes::query(&[
            ("namespace", &self.namespaces.join(",")),
            ("filter", self.filter.trim()),
            ("labelSelector", &self.label_selector),
            ("sort", &self.sort_text()),
            ("page", &number(self.page, 1)),
            ("pageSize", &number(self.page_size, DEFAULT_PAGE_SIZE)),
            ("open", self.open.as_deref().unwrap_or_default()),
        ]);
        if text.is_empty() { text } else { format!("?{text}") }
    }

    /// The order as the server reads it.
    pub fn sort_text(&self) -> String {
        let keys = self.sort.iter().map(|key| {
            if key.descending {
                format!("-{}", key.column)
            } else {
                key.column.clone()
            }
        });
        keys.collect::<Vec<_>>().join(",")
    }

    /// How a column is sorted: `Some(true)` is descending.
    pub fn direction(&self, column: &str) -> Option<bool> {
        self.sort
            .iter()
            .find(|key| key.column == column)
            .map(|key| key.descending)
    }

    /// After a press on a column's heading: ascending, descending, not at all. `add` keeps the other columns.
    #[must_use]
    pub fn sorted_by(&self, column: &str, add: bool) -> Self {
        let next = match self.direction(column) {
            None => Some(false),
            Some(false) => Some(true),
            Some(true) => None,
        };
        let mut query = self.clone();
        let place = query.sort.iter().position(|key| key.column == column);
        let key = next.map(|descending| SortKey {
            column: column.to_owned(),
            descending,
        });
        match (add, place, key) {
            (true, Some(place), Some(key)) => query.sort[place] = key,
            (true, Some(place), None) => drop(query.sort.remove(place)),
            (true, None, Some(key)) => query.sort.push(key),
            (true, None, None) => {}
            (false, _, key) => query.sort = key.into_iter().collect(),
        }
        query.page = 1;
        query
    }

    /// What is asked of the server.
    pub fn resource_query(&self, kind: &routes::KindPath, cluster: Option<&str>) -> ResourceQuery {
        ResourceQuery {
            clusters: cluster.map(str::to_owned).into_iter().collect(),
            namespaces: self.namespaces.clone(),
            label_selector: self.label_selector.clone(),
            filter: self.filter.trim().to_owned(),
            sort: self.sort_text(),
            page: self.page,
            page_size: self.page_size,
            ..ResourceQuery::of(&kind.group, &kind.version, &kind.resource)
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty())
}

fn sort_key(text: &str) -> SortKey {
    match text.strip_prefix('-') {
        Some(column) => SortKey {
            column: column.to_owned(),
            descending: true,
        },
        None => SortKey {
            column: text.to_owned(),
            descending: false,
        },
    }
}

/// The filter's terms, split at spaces outside quotes.
fn terms(filter: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut quote = None;
    for (index, character) in filter.char_indices() {
        match (quote, character) {
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            (None, ' ') => {
                found.push(&filter[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    found.push(&filter[start..]);
    found.retain(|term| !term.is_empty());
    found
}

/// The one value that a filter's terms demand of a column (`status=Running`), when it is a plain conjunction.
pub fn demanded(filter: &str, column: &str) -> Option<String> {
    let terms = terms(filter);
    if terms.contains(&"or") {
        return None;
    }
    let prefix = format!("{column}=");
    let value = terms.iter().find_map(|term| term.strip_prefix(&prefix))?;
    Some(value.trim_matches(['"', '\'']).to_owned())
}

/// The filter with the demand on a column replaced; `None` takes it out. A filter with alternatives is replaced whole,
/// because a term added to it would bind to its last alternative alone.
pub fn demand(filter: &str, column: &str, value: Option<&str>) -> String {
    let prefix = format!("{column}=");
    let mut kept: Vec<String> = terms(filter)
        .into_iter()
        .filter(|term| !term.starts_with(&prefix))
        .map(str::to_owned)
        .collect();
    if kept.iter().any(|term| term == "or") {
        kept.clear();
    }
    if let Some(value) = value {
        kept.push(format!("{prefix}{}", quoted(value)));
    }
    kept.join(" ")
}

/// The counts with one entry a word: a filter by status tells words apart, not how well each row is. The worst health of
/// a word gives its colour.
pub fn merged(counts: &[StatusCount]) -> Vec<StatusCount> {
    let rank = |health: Health| match health {
        Health::Good => 0,
        Health::Idle => 1,
        Health::Busy => 2,
        Health::Unknown => 3,
        Health::Warn => 4,
        Health::Bad => 5,
    };
    let mut merged: Vec<StatusCount> = Vec::with_capacity(counts.len());
    for count in counts {
        match merged.iter_mut().find(|known| known.status == count.status) {
            Some(known) => {
                known.count += count.count;
                if rank(count.health) > rank(known.health) {
                    known.health = count.health;
                }
            }
            None => merged.push(count.clone()),
        }
    }
    merged
}

/// A value as a filter writes it.
pub fn quoted(value: &str) -> String {
    let plain = |character: char| character.is_alphanumeric() || "-_.:/,".contains(character);
    if !value.is_empty() && value.chars().all(plain) {
        value.to_owned()
    } else {
        format!("\"{}\"", value.replace('"', "\\\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parameters: &[(&str, &str)]) -> ListQuery {
        ListQuery::read(|name| {
            parameters
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn an_address_is_read_as_it_was_written() {
        let query = read(&[
            ("namespace", "a,b"),
            ("sort", "-restarts,name"),
            ("page", "3"),
            ("filter", "restarts>3"),
        ]);
        assert_eq!(
            query.write(),
            "?namespace=a%2Cb&filter=restarts%3E3&sort=-restarts%2Cname&page=3"
        );
        assert_eq!(read(&[]).write(), "");
    }

    #[test]
    fn rubbish_in_an_address_is_ignored() {
        let query = read(&[("page", "-1"), ("pageSize", "1000000"), ("sort", ",,")]);
        assert_eq!(
            (query.page, query.page_size, query.sort.len()),
            (1, DEFAULT_PAGE_SIZE, 0)
        );
    }

    #[test]
    fn pressing_a_heading_goes_round() {
        let ascending = read(&[]).sorted_by("age", false);
        assert_eq!(ascending.sort_text(), "age");
        let descending = ascending.sorted_by("age", false);
        assert_eq!(descending.sort_text(), "-age");
        assert_eq!(descending.sorted_by("age", false).sort_text(), "");
        assert_eq!(descending.sorted_by("name", true).sort_text(), "-age,name");
        assert_eq!(descending.sorted_by("name", false).sort_text(), "name");
    }

    #[test]
    fn a_word_has_one_chip_with_its_worst_colour() {
        let count = |status: &str, health, count| StatusCount {
            status: status.into(),
            health,
            count,
        };
        let counts = [
            count("Running", Health::Good, 7),
            count("Running", Health::Warn, 2),
            count("Failed", Health::Bad, 1),
        ];
        assert_eq!(
            merged(&counts),
            [count("Running", Health::Warn, 9), count("Failed", Health::Bad, 1)]
        );
    }

    #[test]
    fn a_status_is_demanded_beside_other_terms() {
        assert_eq!(
            demand("restarts>3", "status", Some("Running")),
            "restarts>3 status=Running"
        );
        assert_eq!(
            demand("status=Running restarts>3", "status", Some("Init:0/2")),
            "restarts>3 status=Init:0/2"
        );
        assert_eq!(demand("a=1 or b=2", "status", Some("A B")), "status=\"A B\"");
        assert_eq!(demand("status=Running", "status", None), "");
        assert_eq!(demanded("restarts>3 status=\"A B\"", "status").as_deref(), Some("A B"));
    }
}
