//! Sorting all rows at once, when somebody asks for an order that is not kept yet.
//!
//! Comparing two rows text by text costs a hundred times what comparing two numbers does. So each
//! key is first turned into one number per row, its rank: numbers and times by their bits, texts by
//! sorting the *distinct* texts once. Then rows that already stand in the order of their identity
//! are sorted by those numbers with a sort that keeps the former order of equals.

use super::compare::{compare_label_sets, compare_places, compare_texts};
use crate::dictionary::Code;
use crate::store::{FieldValues, NO_TIME, Slot, Store};
use crate::{SortKey, text};

/// The rank of rows that have nothing to compare: after all others, in both directions.
const LAST: u64 = u64::MAX;

/// The slots of all rows, sorted by cluster, namespace and name.
pub(crate) fn by_identity(store: &Store) -> Vec<Slot> {
    let mut slots: Vec<Slot> = store.live().collect();
    sort_by_rank(&mut slots, &text_ranks(store, store.name_codes(), false));
    sort_by_rank(&mut slots, &place_ranks(store));
    slots
}

/// The slots of all rows, sorted by these keys; `slots` stand in the order of their identity.
pub(crate) fn by_keys(store: &Store, keys: &[SortKey], mut slots: Vec<Slot>) -> Vec<Slot> {
    // The least key first: each pass keeps what the former ones did among equals.
    for key in keys.iter().rev() {
        if let Some(ranks) = ranks(store, *key) {
            sort_by_rank(&mut slots, &ranks);
        }
    }
    slots
}

fn sort_by_rank(slots: &mut [Slot], ranks: &[u64]) {
    let mut ranked: Vec<(u64, Slot)> = slots.iter().map(|slot| (ranks[*slot as usize], *slot)).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    for (slot, (_, sorted)) in slots.iter_mut().zip(ranked) {
        *slot = sorted;
    }
}

/// The rank of each slot under one key; none when every row is equal under it.
fn ranks(store: &Store, key: SortKey) -> Option<Vec<u64>> {
    let down = key.descending;
    let directed = |empty: bool, rank: u64| match (empty, down) {
        (true, _) => LAST,
        (false, false) => rank,
        (false, true) => LAST - 1 - rank,
    };
    Some(match store.values(key.field)? {
        FieldValues::Clusters(places) => {
            let displays: Vec<Code> = places.iter().map(|place| store.places.display(*place)).collect();
            text_ranks(store, &displays, down)
        }
        FieldValues::Namespaces(places) => {
            let namespace = |place: &Code| store.places.get(*place).namespace;
            text_ranks(store, &places.iter().map(namespace).collect::<Vec<_>>(), down)
        }
        FieldValues::Texts(codes) => text_ranks(store, codes, down),
        FieldValues::Labels(codes) => {
            let mut distinct = distinct(codes, store.label_sets.bound());
            distinct.sort_unstable_by(|left, right| compare_label_sets(store, *left, *right));
            ranks_of_codes(codes, &distinct, store.label_sets.bound(), down)
        }
        FieldValues::Numbers(numbers) => numbers
            .iter()
            .map(|number| directed(number.is_nan(), number_rank(*number)))
            .collect(),
        FieldValues::Times(times) => times
            .iter()
            .map(|time| directed(*time == NO_TIME, age_rank(*time)))
            .collect(),
    })
}

/// Orders as the number does.
fn number_rank(number: f64) -> u64 {
    let bits = number.to_bits();
    if number.is_sign_negative() {
        !bits
    } else {
        bits | 1 << 63
    }
}

/// Orders as the age does: the later the moment, the smaller.
fn age_rank(time: i64) -> u64 {
    !(time.cast_unsigned() ^ 1 << 63)
}

fn text_ranks(store: &Store, codes: &[Code], descending: bool) -> Vec<u64> {
    let mut headed: Vec<Headed> = distinct(codes, store.texts.bound())
        .into_iter()
        .map(|code| Headed { head: 0, code })
        .collect();
    sort_texts(store, &mut headed, 0);
    let sorted: Vec<Code> = headed.into_iter().map(|text| text.code).collect();
    ranks_of_codes(codes, &sorted, store.texts.bound(), descending)
}

/// A text and a few of its bytes.
struct Headed {
    head: u128,
    code: Code,
}

/// Below this many, comparing texts is as good as looking at their heads.
const FEW: usize = 8;
/// Texts that are the same for this long are compared as they are.
const DEEP: usize = 32 * text::HEAD;

/// Sorts distinct texts that are all the same before the byte `from`.
///
/// Looking a text up costs more than comparing it: here each text is looked up once per sixteen bytes
/// that it shares with another one, instead of once per comparison.
fn sort_texts(store: &Store, texts: &mut [Headed], from: usize) {
    if texts.len() < FEW || from >= DEEP {
        texts.sort_unstable_by(|left, right| compare_texts(store, left.code, right.code));
        return;
    }
    for text in &mut *texts {
        text.head = text::head(store.texts.get(text.code), from);
    }
    texts.sort_unstable_by_key(|text| text.head);
    for alike in texts.chunk_by_mut(|left, right| left.head == right.head) {
        if alike.len() > 1 {
            sort_texts(store, alike, from + text::HEAD);
        }
    }
}

/// The rank of each slot's place, by cluster and namespace.
fn place_ranks(store: &Store) -> Vec<u64> {
    let places = store.place_codes();
    let mut distinct = distinct(places, store.places.bound());
    distinct.sort_unstable_by(|left, right| compare_places(store, *left, *right));
    ranks_of_codes(places, &distinct, store.places.bound(), false)
}

/// Each code that occurs, once.
fn distinct(codes: &[Code], bound: usize) -> Vec<Code> {
    let mut seen = vec![false; bound];
    let first = |code: &Code| !code.is_none() && !std::mem::replace(&mut seen[code.index()], true);
    codes.iter().copied().filter(first).collect()
}

/// The rank of each slot, from its code and the codes in their order.
fn ranks_of_codes(codes: &[Code], sorted: &[Code], bound: usize, descending: bool) -> Vec<u64> {
    let mut by_code = vec![LAST; bound + 1];
    for (rank, code) in (0..).zip(sorted) {
        by_code[code.index_after_none()] = if descending { LAST - 1 - rank } else { rank };
    }
    codes.iter().map(|code| by_code[code.index_after_none()]).collect()
}
