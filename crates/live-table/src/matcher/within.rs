//! Decides which rows lie in a scope.
//!
//! A scope mostly speaks of places, so each place is judged once. Only where it names single objects
//! does a row's name count, and then each row is judged.

use std::cell::RefCell;

use hashbrown::HashMap;

use crate::dictionary::Code;
use crate::scope::{InCluster, InPlace, Scope};
use crate::store::{Slot, Store};

/// The question whether rows lie in a scope.
pub(super) struct Within<'a> {
    scope: &'a Scope,
    /// What the scope says of each cluster, looked up once.
    clusters: RefCell<HashMap<Code, InCluster<'a>>>,
}

/// What is known of a place.
#[derive(Clone, Copy)]
enum Verdict {
    Open,
    Nothing,
    Everything,
    /// Rows of some names.
    ByName,
}

impl<'a> Within<'a> {
    pub(super) fn new(scope: &'a Scope) -> Self {
        Self {
            scope,
            clusters: RefCell::default(),
        }
    }

    /// Whether one row does.
    pub(super) fn holds(&self, store: &Store, slot: Slot) -> bool {
        let place = store.place_codes()[slot as usize];
        self.judge(store, place).contains(store.name(slot))
    }

    /// The same for many rows: remembers how each place was judged.
    pub(super) fn for_many<'p>(&'p self, store: &'p Store) -> Box<dyn FnMut(Slot) -> bool + 'p> {
        let places = store.place_codes();
        let mut verdicts = vec![Verdict::Open; 1 + store.places.bound()];
        // Beside the verdicts, so that these stay as small as a byte each.
        let mut by_name: HashMap<Code, InPlace<'a>> = HashMap::new();
        Box::new(move |slot| {
            let place = places[slot as usize];
            let verdict = &mut verdicts[place.index_after_none()];
            if matches!(verdict, Verdict::Open) {
                *verdict = match self.judge(store, place) {
                    InPlace::Nothing => Verdict::Nothing,
                    InPlace::Everything => Verdict::Everything,
                    some @ InPlace::Named(_) => {
                        by_name.insert(place, some);
                        Verdict::ByName
                    }
                };
            }
            match verdict {
                Verdict::ByName => by_name
                    .get(&place)
                    .is_some_and(|names| names.contains(store.name(slot))),
                verdict => matches!(verdict, Verdict::Everything),
            }
        })
    }

    fn judge(&self, store: &Store, place: Code) -> InPlace<'a> {
        let place = store.places.get(place);
        let namespace = (!place.namespace.is_none()).then(|| store.texts.get(place.namespace));
        let mut clusters = self.clusters.borrow_mut();
        let in_cluster = clusters
            .entry(place.cluster)
            .or_insert_with(|| self.scope.in_cluster(store.texts.get(place.cluster)));
        in_cluster.at(namespace)
    }
}
