//! Where a row lives: its cluster and namespace as one code.
//!
//! Ten thousand rows live in a thousand namespaces; "may this identity see that place" and
//! "is that namespace named like this" are judged once per place.

use hashbrown::HashMap;

use super::Texts;
use crate::dictionary::{Code, Dictionary};

/// A cluster and one of its namespaces; no namespace is where cluster-wide objects live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    /// The cluster's id.
    pub(crate) cluster: Code,
    pub(crate) namespace: Code,
}

/// The places of a table's rows, and what its clusters are called.
#[derive(Default)]
pub(crate) struct Places {
    known: Dictionary<Place>,
    /// The display name of the cluster of each place, by the place's index.
    displays: Vec<Code>,
    /// Display names by cluster id, for clusters that were given one.
    names: HashMap<Code, Code>,
}

impl Places {
    pub(crate) fn find(&self, texts: &Texts, cluster: &str, namespace: Option<&str>) -> Option<Code> {
        let cluster = texts.find(cluster)?;
        let namespace = namespace.map_or(Some(Code::NONE), |namespace| texts.find(namespace))?;
        self.known.find(&Place { cluster, namespace })
    }

    pub(crate) fn acquire(&mut self, texts: &mut Texts, cluster: &str, namespace: Option<&str>) -> Code {
        let place = Place {
            cluster: texts.acquire(cluster),
            namespace: namespace.map_or(Code::NONE, |namespace| texts.acquire(namespace)),
        };
        let (code, new) = self.known.acquire(&place, || place);
        if new {
            let display = self.names.get(&place.cluster).copied().unwrap_or(place.cluster);
            if code.index() == self.displays.len() {
                self.displays.push(display);
            } else {
                self.displays[code.index()] = display;
            }
        } else {
            // The place holds its own references already.
            texts.release(place.cluster);
            texts.release(place.namespace);
        }
        code
    }

    pub(crate) fn release(&mut self, texts: &mut Texts, code: Code) {
        if let Some(place) = self.known.release(code) {
            texts.release(place.cluster);
            texts.release(place.namespace);
        }
    }

    /// The cluster and namespace of a place that some row lives in.
    pub(crate) fn get(&self, code: Code) -> Place {
        let nowhere = Place {
            cluster: Code::NONE,
            namespace: Code::NONE,
        };
        self.known.get(code).copied().unwrap_or(nowhere)
    }

    /// What the cluster of a place is called.
    pub(crate) fn display(&self, code: Code) -> Code {
        self.displays.get(code.index()).copied().unwrap_or(Code::NONE)
    }

    /// The clusters that were given a name, and the name.
    pub(crate) fn names<'a>(&'a self, texts: &'a Texts) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.names
            .iter()
            .map(|(cluster, display)| (texts.get(*cluster), texts.get(*display)))
    }

    /// Calls a cluster something else; false when it was called that before.
    pub(crate) fn rename(&mut self, texts: &mut Texts, cluster: &str, display: &str) -> bool {
        let cluster = texts.acquire(cluster);
        let display = texts.acquire(display);
        let former = self.names.insert(cluster, display);
        if let Some(former) = former {
            texts.release(former);
            texts.release(cluster);
        }
        let mut shown = false;
        for (code, place) in self.known.iter() {
            if place.cluster == cluster && self.displays[code.index()] != display {
                self.displays[code.index()] = display;
                shown = true;
            }
        }
        shown
    }

    /// Forgets what a cluster is called. Only for clusters without rows.
    pub(crate) fn forget_name(&mut self, texts: &mut Texts, cluster: &str) {
        let named = texts
            .find(cluster)
            .and_then(|cluster| self.names.remove_entry(&cluster));
        if let Some((cluster, display)) = named {
            texts.release(cluster);
            texts.release(display);
        }
    }

    pub(crate) fn bound(&self) -> usize {
        self.known.bound()
    }

    pub(crate) fn memory_bytes(&self) -> usize {
        self.known.memory_bytes() + self.displays.capacity() * size_of::<Code>() + self.names.allocation_size()
    }
}
