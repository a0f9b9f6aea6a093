//! Times as ages that tick, and as date and time.

use crate::browser;
use crate::format::{age, time};
use leptos::prelude::*;
use std::sync::LazyLock;
use std::time::Duration;

/// One clock for every age of the page: a thousand rows must not have a thousand timers.
static NOW: LazyLock<ArcRwSignal<i64>> = LazyLock::new(|| {
    let now = ArcRwSignal::new(browser::now());
    let ticking = now.clone();
    set_interval(
        move || {
            if browser::is_visible() {
                ticking.set(browser::now());
            }
        },
        Duration::from_secs(1),
    );
    now
});

/// The age of a moment now, for a cell of a table. Follows the clock, but only as often as the words change.
pub(crate) fn ticking_age(moment: i64) -> Memo<String> {
    Memo::new(move |_| age::between(moment, NOW.get()))
}

/// How long ago something was, in kubectl's words; ticks. Its hint is the time itself.
#[component]
pub fn Age(
    /// RFC 3339.
    #[prop(into)]
    since: Signal<String>,
) -> impl IntoView {
    let moment = Memo::new(move |_| since.with(|since| time::parse(since)));
    let words = Memo::new(move |_| {
        moment
            .get()
            .map_or_else(|| "–".to_owned(), |moment| age::between(moment, NOW.get()))
    });
    view! {
        <time datetime=move || since.get() title=move || browser::local_date_and_time(&since.get())>
            {move || words.get()}
        </time>
    }
    .into_any()
}

/// A date and time in the browser's zone.
#[component]
pub fn Time(
    /// RFC 3339.
    #[prop(into)]
    at: Signal<String>,
) -> impl IntoView {
    view! { <time datetime=move || at.get()>{move || browser::local_date_and_time(&at.get())}</time> }.into_any()
}
