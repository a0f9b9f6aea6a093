//! Where a page is: the way down to it.

use leptos::prelude::*;

/// One step of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// Its words.
    pub label: String,
    /// Where it leads; the last one leads nowhere.
    pub href: Option<String>,
}

/// The way to the page.
#[component]
pub fn Breadcrumbs(
    /// The steps, the page itself last.
    #[prop(into)]
    crumbs: Signal<Vec<Crumb>>,
) -> impl IntoView {
    view! {
        <nav class="breadcrumbs" aria-label=move || crate::i18n::text::ui::BREADCRUMBS.get()>
            <ol>
                {move || {
                    let crumbs = crumbs.get();
                    let last = crumbs.len().saturating_sub(1);
                    crumbs
                        .into_iter()
                        .enumerate()
                        .map(|(index, crumb)| {
                            let current = (index == last).then_some("page");
                            view! {
                                <li aria-current=current>
                                    {match crumb.href.filter(|_| index != last) {
                                        Some(href) => view! { <a href=href>{crumb.label}</a> }.into_any(),
                                        None => view! { <span>{crumb.label}</span> }.into_any(),
                                    }}
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ol>
        </nav>
    }
    .into_any()
}
