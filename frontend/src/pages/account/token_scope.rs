//! What an API token is for at most: some clusters, or reading alone.

use crate::i18n::text;
use crate::state::clusters::use_clusters;
use crate::ui::{Checkbox, Chip, Fold, IconName, Picker, PickerOption, RemovableChip, narrowed};
use leptos::prelude::*;

/// How many clusters the picker shows at once.
const MOST_CLUSTERS: usize = 20;

/// What is chosen for a new token.
#[derive(Clone, Copy)]
pub(super) struct TokenScope {
    /// Ids; none: every cluster.
    pub(super) clusters: RwSignal<Vec<String>>,
    /// May only read.
    pub(super) read_only: RwSignal<bool>,
}

impl TokenScope {
    pub(super) fn new() -> Self {
        Self {
            clusters: RwSignal::new(Vec::new()),
            read_only: RwSignal::new(false),
        }
    }

    /// The next token begins without limits.
    pub(super) fn forget(self) {
        self.clusters.try_set(Vec::new());
        self.read_only.try_set(false);
    }
}

/// The fields.
#[component]
pub(super) fn TokenScopeFields(scope: TokenScope) -> impl IntoView {
    let clusters = use_clusters();
    let query = RwSignal::new(String::new());
    let options = Signal::derive(move || {
        let chosen = scope.clusters.get();
        let free: Vec<PickerOption> = clusters.list().with(|list| {
            let free = list.iter().filter(|cluster| !chosen.contains(&cluster.id));
            free.map(|cluster| PickerOption {
                value: cluster.id.clone(),
                label: cluster.name.clone(),
                detail: cluster.url.clone(),
                icon: IconName::Cluster,
            })
            .collect()
        });
        query.with(|query| narrowed(&free, query, MOST_CLUSTERS))
    });
    let pick = move |id: String| {
        scope.clusters.update(|clusters| clusters.push(id));
        query.set(String::new());
    };
    view! {
        <Fold title=text::account::TOKEN_SCOPE hint=text::account::TOKEN_SCOPE_HINT>
            <div class="stack">
                <Picker
                    label=text::account::TOKEN_CLUSTERS
                    query
                    options
                    on_pick=pick
                    hint=text::account::TOKEN_CLUSTERS_HINT
                />
                <ul class="chip-list" aria-label=move || text::account::TOKEN_CLUSTERS.get()>
                    <For each=move || scope.clusters.get() key=|id| id.clone() let:id>
                        <li>
                            <RemovableChip
                                label=clusters.name_of(&id)
                                on_remove=move |()| scope.clusters.update(|chosen| chosen.retain(|other| *other != id))
                            />
                        </li>
                    </For>
                </ul>
                <Checkbox
                    label=text::account::TOKEN_READ_ONLY
                    checked=scope.read_only
                    hint=text::account::TOKEN_READ_ONLY_HINT
                />
            </div>
        </Fold>
    }
    .into_any()
}

/// What a token that is there is limited to.
#[component]
pub(super) fn ScopeWords(clusters: Vec<String>, read_only: bool) -> impl IntoView {
    let known = use_clusters();
    view! {
        {read_only.then(|| view! { " " <Chip>{text::account::TOKEN_READ_ONLY_CHIP}</Chip> })}
        {clusters
            .into_iter()
            .map(|id| view! { " " <Chip>{move || known.name_of(&id)}</Chip> })
            .collect_view()}
    }
    .into_any()
}
