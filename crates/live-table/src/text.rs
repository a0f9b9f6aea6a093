//! How texts are compared and searched: letters of either case are the same, ASCII only.
//!
//! What Kubernetes names is ASCII; folding only that keeps a comparison free of tables and
//! allocations. Other letters compare as they are written.

use std::cmp::Ordering;

/// The order of texts in a sorted list: regardless of case, then by bytes, so that only equal
/// texts are equal.
pub(crate) fn compare(left: &str, right: &str) -> Ordering {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    // Names of one deployment begin alike: what is the same is passed over in large steps.
    let (left_words, right_words) = (left.as_chunks::<8>().0, right.as_chunks::<8>().0);
    let same = left_words
        .iter()
        .zip(right_words)
        .take_while(|(left, right)| left == right)
        .count()
        * 8;
    let folded = left[same..]
        .iter()
        .zip(&right[same..])
        .find(|(left, right)| !left.eq_ignore_ascii_case(right));
    match folded {
        Some((left, right)) => left.to_ascii_lowercase().cmp(&right.to_ascii_lowercase()),
        None => left.len().cmp(&right.len()).then_with(|| left.cmp(right)),
    }
}

/// How many bytes [`head`] takes.
pub(crate) const HEAD: usize = 16;

/// The bytes of a text from a position on, folded, as a number. Texts that are the same before
/// stand to each other as these numbers do, unless the numbers are equal too.
pub(crate) fn head(text: &str, from: usize) -> u128 {
    let mut bytes = [0; HEAD];
    for (byte, from) in bytes.iter_mut().zip(text.as_bytes().iter().skip(from)) {
        *byte = from.to_ascii_lowercase();
    }
    u128::from_be_bytes(bytes)
}

/// Whether the text contains the needle, which is in lower case.
pub(crate) fn contains(text: &str, needle: &str) -> bool {
    let (text, needle) = (text.as_bytes(), needle.as_bytes());
    let Some((first, rest)) = needle.split_first() else {
        return true;
    };
    let Some(last_start) = text.len().checked_sub(needle.len()) else {
        return false;
    };
    let starts = memchr::memchr2_iter(*first, first.to_ascii_uppercase(), &text[..=last_start]);
    starts
        .into_iter()
        .any(|start| text[start + 1..start + needle.len()].eq_ignore_ascii_case(rest))
}

/// Whether the whole text is like the pattern, which is in lower case and in which each `*`
/// stands for any characters or none.
pub(crate) fn is_like(text: &str, pattern: &str) -> bool {
    let (text, pattern) = (text.as_bytes(), pattern.as_bytes());
    let (mut at, mut wanted) = (0, 0);
    // Where to go on when what follows the latest star does not fit: one byte further on.
    let mut retry: Option<(usize, usize)> = None;
    while at < text.len() {
        if pattern.get(wanted) == Some(&b'*') {
            retry = Some((at, wanted + 1));
            wanted += 1;
        } else if pattern
            .get(wanted)
            .is_some_and(|byte| byte.eq_ignore_ascii_case(&text[at]))
        {
            at += 1;
            wanted += 1;
        } else if let Some((from, after_star)) = retry {
            retry = Some((from + 1, after_star));
            at = from + 1;
            wanted = after_star;
        } else {
            return false;
        }
    }
    pattern[wanted..].iter().all(|byte| *byte == b'*')
}
