//! Which list this is, and the ways to change its address.

use super::query::ListQuery;
use crate::api_client::objects::ObjectAddress;
use crate::routes::{KindPath, Page};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use muster_api::resource::Row;

/// Which list: a kind, in one cluster or in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPlace {
    /// Which cluster, by id or name; all when absent.
    pub cluster: Option<String>,
    /// Which kind.
    pub kind: KindPath,
}

/// The list's state in the address, and the ways to change it.
#[derive(Clone, Copy)]
pub struct ListAddress {
    /// Which list.
    pub place: StoredValue<ListPlace>,
    /// What the address says.
    pub query: Memo<ListQuery>,
    go: Callback<(ListQuery, bool)>,
}

impl ListAddress {
    /// The address of this list.
    pub fn new(place: ListPlace) -> Self {
        // Not `use_query_map`: between two addresses of the same route it keeps the query of the first.
        let parameters = use_location().query;
        let query = Memo::new(move |_| parameters.with(|map| ListQuery::read(|name| map.get(name))));
        let path = Page::List {
            cluster: place.cluster.clone(),
            kind: place.kind.clone(),
        }
        .href();
        let navigate = use_navigate();
        let go = Callback::new(move |(query, replace): (ListQuery, bool)| {
            let options = NavigateOptions {
                replace,
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&format!("{path}{}", query.write()), options);
        });
        Self {
            place: StoredValue::new(place),
            query,
            go,
        }
    }

    /// Goes to another state of the list; back leads here again.
    pub fn go(self, change: impl FnOnce(&mut ListQuery)) {
        self.change(change, false);
    }

    /// Goes to another state of the list in place of this one.
    pub fn replace(self, change: impl FnOnce(&mut ListQuery)) {
        self.change(change, true);
    }

    fn change(self, change: impl FnOnce(&mut ListQuery), replace: bool) {
        let now = self.query.get_untracked();
        let mut next = now.clone();
        change(&mut next);
        if next != now {
            self.go.run((next, replace));
        }
    }

    /// How the address names an open object.
    pub fn open_text(self, row: &Row) -> String {
        let namespace = row.namespace.as_deref().unwrap_or("-");
        if self.place.with_value(|place| place.cluster.is_some()) {
            format!("{namespace}/{}", row.name)
        } else {
            row.id.clone()
        }
    }

    /// The object that is open beside the list.
    pub fn open_object(self) -> Option<ObjectAddress> {
        let open = self.query.with(|query| query.open.clone())?;
        let place = self.place.get_value();
        let (cluster, rest) = match place.cluster {
            Some(cluster) => (cluster, open.as_str()),
            None => open.split_once('/').map(|(cluster, rest)| (cluster.to_owned(), rest))?,
        };
        let (namespace, name) = rest.split_once('/')?;
        let namespace = Some(namespace.to_owned()).filter(|namespace| namespace != "-");
        Some(ObjectAddress {
            cluster,
            kind: place.kind,
            namespace,
            name: name.to_owned(),
        })
    }

    /// The address of a row's object.
    pub fn object_of(self, row: &Row) -> ObjectAddress {
        ObjectAddress {
            // The address keeps speaking of the cluster as it does now: by name or by id.
            cluster: self
                .place
                .with_value(|place| place.cluster.clone())
                .unwrap_or_else(|| row.cluster.clone()),
            kind: self.place.with_value(|place| place.kind.clone()),
            namespace: row.namespace.clone(),
            name: row.name.clone(),
        }
    }
}

/// The page of an object.
pub fn page_of(object: &ObjectAddress, tab: crate::routes::ObjectTab) -> String {
    let ObjectAddress {
        cluster,
        kind,
        namespace,
        name,
    } = object.clone();
    Page::Object {
        cluster,
        kind,
        namespace,
        name,
        tab,
    }
    .href()
}
