//! The namespaces that somebody looks at: chosen in one list, they stay chosen in the list of the next kind.

use crate::routes::{self, KindPath, Page};
use leptos::prelude::*;

/// The namespaces of the list that was looked at last.
#[derive(Clone, Copy)]
pub struct Namespaces {
    chosen: RwSignal<Chosen>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Chosen {
    cluster: Option<String>,
    names: Vec<String>,
}

/// The chosen namespaces.
///
/// # Panics
/// Outside the application: [`super::provide`] provides it.
#[expect(
    clippy::expect_used,
    reason = "provided by `state::provide` before any component runs"
)]
pub fn use_namespaces() -> Namespaces {
    use_context().expect("the namespaces are provided")
}

pub(super) fn provide() {
    provide_context(Namespaces {
        chosen: RwSignal::new(Chosen::default()),
    });
}

impl Namespaces {
    /// A list of this cluster shows these namespaces; none: all of them.
    pub fn choose(self, cluster: Option<String>, names: Vec<String>) {
        let chosen = Chosen { cluster, names };
        if self.chosen.with_untracked(|before| *before != chosen) {
            self.chosen.set(chosen);
        }
    }

    /// The namespaces that are chosen in a cluster; none: all of them. Followed when read inside a view.
    pub fn chosen_in(self, cluster: &str) -> Vec<String> {
        self.chosen.with(|chosen| {
            if chosen.cluster.as_deref() == Some(cluster) {
                chosen.names.clone()
            } else {
                Vec::new()
            }
        })
    }

    /// The address of a kind's list, with the namespaces that are chosen there. Followed when read inside a view.
    pub fn list_href(self, cluster: Option<String>, kind: &KindPath) -> String {
        let is_namespaced = kind.known().is_none_or(|kind| kind.namespaced);
        let names = self.chosen.with(|chosen| {
            if is_namespaced && chosen.cluster == cluster {
                chosen.names.join(",")
            } else {
                String::new()
            }
        });
        let page = Page::List {
            cluster,
            kind: kind.clone(),
        };
        if names.is_empty() {
            page.href()
        } else {
            format!("{}?{}", page.href(), routes::query(&[("namespace", &names)]))
        }
    }
}
