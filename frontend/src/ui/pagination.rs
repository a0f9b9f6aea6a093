//! Going through the pages of a list.

use super::{IconButton, IconName};
use crate::format::number::with_separators;
use crate::i18n::text;
use leptos::prelude::*;

/// `1–100 of 1,284`, back and on, and how many a page.
#[component]
pub fn Pagination(
    /// The page, from 1.
    #[prop(into)]
    page: Signal<u32>,
    /// How many a page.
    #[prop(into)]
    page_size: Signal<u32>,
    /// How many in all.
    #[prop(into)]
    total: Signal<u64>,
    /// Goes to a page.
    #[prop(into)]
    on_page: Callback<u32>,
    /// Changes how many a page.
    #[prop(into)]
    on_page_size: Callback<u32>,
) -> impl IntoView {
    let pages = Signal::derive(move || last_page(total.get(), page_size.get()));
    let range = move || {
        let (total, size) = (total.get(), u64::from(page_size.get()));
        let first = u64::from(page.get().saturating_sub(1)) * size + 1;
        let last = (first + size - 1).min(total);
        if total == 0 || first > total {
            return text::ui::pagination::NONE_OF.with(&[("total", &with_separators(total))]);
        }
        text::ui::pagination::RANGE.with(&[
            ("first", &with_separators(first)),
            ("last", &with_separators(last)),
            ("total", &with_separators(total)),
        ])
    };
    view! {
        <nav class="pagination" aria-label=move || text::ui::pagination::LABEL.get()>
            <label class="pagination-size">
                <span class="pagination-size-label">{text::ui::pagination::SIZE}</span>
                <select
                    aria-label=move || text::ui::pagination::SIZE.get()
                    prop:value=move || page_size.get().to_string()
                    on:change=move |event| {
                        if let Ok(size) = event_target_value(&event).parse() {
                            on_page_size.run(size);
                        }
                    }
                >
                    {[50_u32, 100, 250, 500]
                        .map(|size| view! { <option selected=move || page_size.get() == size>{size}</option> })
                        .collect_view()}
                </select>
            </label>
            <span role="status">{range}</span>
            <IconButton
                icon=IconName::ChevronLeft
                label=text::ui::pagination::PREVIOUS
                disabled=Signal::derive(move || page.get() <= 1)
                on_press=move |_| on_page.run(page.get_untracked().saturating_sub(1).max(1).min(pages.get_untracked()))
            />
            <IconButton
                icon=IconName::ChevronRight
                label=text::ui::pagination::NEXT
                disabled=Signal::derive(move || page.get() >= pages.get())
                on_press=move |_| on_page.run(page.get_untracked() + 1)
            />
        </nav>
    }
    .into_any()
}

fn last_page(total: u64, size: u32) -> u32 {
    u32::try_from(total.div_ceil(u64::from(size.max(1))))
        .unwrap_or(u32::MAX)
        .max(1)
}

#[cfg(test)]
mod tests {
    use super::last_page;

    #[test]
    fn an_empty_list_has_one_page() {
        assert_eq!(last_page(0, 100), 1);
        assert_eq!(last_page(100, 100), 1);
        assert_eq!(last_page(101, 100), 2);
    }
}
