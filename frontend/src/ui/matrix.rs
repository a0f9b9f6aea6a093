//! A table of yes, partly and no: what stands at the left, by what stands at the top.

use super::StatusBadge;
use crate::i18n::text;
use leptos::prelude::*;
use muster_api::resource::Health;

/// What a cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// All of it.
    Yes,
    /// Some of it.
    Partly,
    /// Nothing.
    No,
    /// It is not known.
    Unknown,
}

/// A line of a [`Matrix`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixLine {
    /// What it is about.
    pub name: String,
    /// What tells it from lines of the same name.
    pub detail: String,
    /// One mark for each column.
    pub marks: Vec<Mark>,
    /// What does not fit into the columns.
    pub more: String,
}

/// The table. It scrolls sideways by itself on narrow screens; the names stay.
#[component]
pub fn Matrix(
    /// What it shows, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// What stands over the names.
    #[prop(into)]
    corner: Signal<String>,
    /// The columns.
    columns: &'static [&'static str],
    /// What stands over what does not fit into the columns.
    #[prop(into)]
    more: Signal<String>,
    /// The lines.
    #[prop(into)]
    lines: Signal<Vec<MatrixLine>>,
) -> impl IntoView {
    view! {
        <div class="matrix-frame" tabindex="0" role="region" aria-label=move || label.get()>
            <table class="table matrix" aria-label=move || label.get()>
                <thead>
                    <tr>
                        <th scope="col">{move || corner.get()}</th>
                        {columns.iter().map(|column| view! { <th scope="col" class="mono">{*column}</th> }).collect_view()}
                        <th scope="col">{move || more.get()}</th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || lines.get() key=|line| format!("{line:?}") let:line>
                        <tr>
                            <th scope="row">
                                {line.name}
                                " "
                                <small>{line.detail}</small>
                            </th>
                            {line.marks.into_iter().map(|mark| view! { <td>{mark_view(mark)}</td> }).collect_view()}
                            <td class="mono">{line.more}</td>
                        </tr>
                    </For>
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

fn mark_view(mark: Mark) -> AnyView {
    let (health, word) = match mark {
        Mark::Yes => (Health::Good, text::ui::mark::YES),
        Mark::Partly => (Health::Warn, text::ui::mark::PARTLY),
        Mark::No => (Health::Idle, text::ui::mark::NO),
        Mark::Unknown => (Health::Unknown, text::ui::mark::UNKNOWN),
    };
    view! { <StatusBadge health word /> }.into_any()
}
