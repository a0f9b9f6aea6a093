//! Decides which rows a query is about.
//!
//! Nothing is judged twice: what a column says by code (a text, a place, a label set) is judged
//! once per distinct code, and each later row with that code costs one look into a small array.

mod judge;
mod within;

use self::judge::Judge;
use self::within::Within;
use crate::Health;
use crate::dictionary::Code;
use crate::filter::{Ranges, Subject, Term};
use crate::query::Query;
use crate::selection::Selection;
use crate::store::{FieldValues, NO_TIME, Slot, Store};

/// The conditions of one query on one state of the table.
pub(crate) struct Matcher<'a> {
    store: &'a Store,
    /// All of these must hold; of each, any probe. The cheapest come first.
    clauses: Vec<Vec<Probe<'a>>>,
}

/// One question about a row.
enum Probe<'a> {
    /// Whether it lies in the query's scope.
    Scope(Within<'a>),
    /// About what the row's code in this array stands for.
    Code(&'a [Code], Judge<'a>),
    Number(&'a [f64], Ranges<f64>),
    Time(&'a [i64], Ranges<i64>),
    Health(&'a [Health], &'a [Health]),
    /// About a column that this table does not have: the answer for an empty one.
    Missing(bool),
}

/// What is known of a code.
#[derive(Clone, Copy)]
enum Verdict {
    Open,
    Yes,
    No,
}

impl<'a> Matcher<'a> {
    pub(crate) fn new(store: &'a Store, query: &'a Query, now_ms: i64) -> Self {
        let mut clauses = Vec::new();
        if !query.scope.is_everything() {
            clauses.push(vec![Probe::Scope(Within::new(&query.scope))]);
        }
        if !query.health.is_empty() {
            clauses.push(vec![Probe::Health(store.healths(), &query.health)]);
        }
        if !query.labels.is_empty() {
            clauses.push(vec![Probe::Code(
                store.label_codes(),
                Judge::selector(store, &query.labels),
            )]);
        }
        for clause in query.filter.clauses() {
            clauses.push(clause.iter().map(|term| Probe::new(store, term, now_ms)).collect());
        }
        clauses.sort_by_key(|clause| clause.iter().map(Probe::cost).sum::<usize>());
        Self { store, clauses }
    }

    /// Whether every row passes.
    pub(crate) fn is_everything(&self) -> bool {
        self.clauses.is_empty()
    }

    /// Whether this row passes.
    pub(crate) fn matches(&self, slot: Slot) -> bool {
        let any = |clause: &Vec<Probe<'_>>| clause.iter().any(|probe| probe.holds(self.store, slot));
        self.store.is_live(slot) && self.clauses.iter().all(any)
    }

    /// All rows that pass.
    pub(crate) fn select(&self) -> Selection {
        let mut selection = self.store.selection();
        for clause in &self.clauses {
            let mut tests: Vec<_> = clause.iter().map(|probe| probe.for_many(self.store)).collect();
            match &mut tests[..] {
                [test] => selection.narrow(test),
                tests => selection.narrow(|slot| tests.iter_mut().any(|test| test(slot))),
            }
        }
        selection
    }
}

impl<'a> Probe<'a> {
    fn new(store: &'a Store, term: &'a Term, now_ms: i64) -> Self {
        let field = match &term.subject {
            Subject::Label(key) => return Self::Code(store.label_codes(), Judge::label(store, key, term)),
            Subject::Field(field, _) => *field,
        };
        match store.values(field) {
            None => Self::Missing(term.admits_text("")),
            Some(FieldValues::Clusters(places)) => Self::Code(places, Judge::Cluster(term)),
            Some(FieldValues::Namespaces(places)) => Self::Code(places, Judge::Namespace(term)),
            Some(FieldValues::Labels(sets)) => Self::Code(sets, Judge::AnyLabel(term)),
            Some(FieldValues::Texts(codes)) => Self::Code(codes, Judge::text(store, term)),
            Some(FieldValues::Numbers(numbers)) => Self::Number(numbers, term.number_ranges()),
            Some(FieldValues::Times(times)) => Self::Time(times, term.time_ranges(now_ms)),
        }
    }

    /// Whether one row passes.
    fn holds(&self, store: &Store, slot: Slot) -> bool {
        let at = slot as usize;
        match self {
            Self::Scope(within) => within.holds(store, slot),
            Self::Code(codes, judge) => judge.holds(store, codes[at]),
            Self::Number(numbers, ranges) => ranges.contain(numbers[at], numbers[at].is_nan()),
            Self::Time(times, ranges) => ranges.contain(times[at], times[at] == NO_TIME),
            Self::Health(healths, wanted) => wanted.contains(&healths[at]),
            Self::Missing(holds) => *holds,
        }
    }

    /// The same for many rows: remembers how each code was judged.
    fn for_many<'p>(&'p self, store: &'p Store) -> Box<dyn FnMut(Slot) -> bool + 'p> {
        let (codes, judge) = match self {
            Self::Scope(within) => return within.for_many(store),
            Self::Code(codes, judge) => (codes, judge),
            Self::Number(numbers, ranges) => {
                return Box::new(|slot| {
                    let number = numbers[slot as usize];
                    ranges.contain(number, number.is_nan())
                });
            }
            Self::Time(..) | Self::Health(..) | Self::Missing(_) => {
                return Box::new(move |slot| self.holds(store, slot));
            }
        };
        let mut verdicts = vec![Verdict::Open; judge.codes(store)];
        Box::new(move |slot| {
            let code = codes[slot as usize];
            let verdict = &mut verdicts[code.index_after_none()];
            if matches!(verdict, Verdict::Open) {
                *verdict = if judge.holds(store, code) {
                    Verdict::Yes
                } else {
                    Verdict::No
                };
            }
            matches!(verdict, Verdict::Yes)
        })
    }

    /// A guess at what asking costs: texts that may all differ come last.
    fn cost(&self) -> usize {
        match self {
            Self::Missing(_) | Self::Number(..) | Self::Time(..) | Self::Health(..) => 1,
            Self::Scope(_) => 2,
            Self::Code(_, judge) => judge.cost(),
        }
    }
}
