//! What an API token is for at most: some clusters and projects, or reading alone.

use crate::api_client::projects;
use crate::i18n::text;
use crate::state::clusters::use_clusters;
use crate::state::loader::Loader;
use crate::ui::{Checkbox, Chip, Fold, IconName, Picker, PickerOption, RemovableChip, narrowed};
use leptos::prelude::*;
use muster_api::Collection;
use muster_api::access::Project;
use muster_api::account::Token;

/// How many places the picker shows at once.
const MOST_PLACES: usize = 20;
/// What stands before the id of a project in the picker; ids of clusters stand alone.
const PROJECT: &str = "project:";

/// The projects that one sees.
pub(super) type Projects = Loader<Collection<Project>>;

/// Reads the projects that one sees.
pub(super) fn load_projects() -> Projects {
    Loader::new(|| async { projects::list("").await })
}

/// What is chosen for a new token.
#[derive(Clone, Copy)]
pub(super) struct TokenScope {
    /// Clusters and projects, as the picker names them; none: everything.
    places: RwSignal<Vec<String>>,
    /// May only read.
    pub(super) read_only: RwSignal<bool>,
}

impl TokenScope {
    pub(super) fn new() -> Self {
        Self {
            places: RwSignal::new(Vec::new()),
            read_only: RwSignal::new(false),
        }
    }

    /// The ids of the chosen clusters.
    pub(super) fn clusters(self) -> Vec<String> {
        let mut places = self.places.get_untracked();
        places.retain(|place| !place.starts_with(PROJECT));
        places
    }

    /// The ids of the chosen projects.
    pub(super) fn projects(self) -> Vec<String> {
        let places = self.places.get_untracked();
        let projects = places.iter().filter_map(|place| place.strip_prefix(PROJECT));
        projects.map(str::to_owned).collect()
    }

    /// The next token begins without limits.
    pub(super) fn forget(self) {
        self.places.try_set(Vec::new());
        self.read_only.try_set(false);
    }
}

/// The fields.
#[component]
pub(super) fn TokenScopeFields(scope: TokenScope, projects: Projects) -> impl IntoView {
    let clusters = use_clusters();
    let query = RwSignal::new(String::new());
    let options = Signal::derive(move || {
        let chosen = scope.places.get();
        let mut free: Vec<PickerOption> = clusters.list().with(|list| {
            let options = list.iter().map(|cluster| PickerOption {
                value: cluster.id.clone(),
                label: cluster.name.clone(),
                detail: cluster.url.clone(),
                icon: IconName::Cluster,
            });
            options.collect()
        });
        let projects = projects.value().map(|projects| projects.items).unwrap_or_default();
        free.extend(projects.into_iter().map(|project| PickerOption {
            value: format!("{PROJECT}{}", project.id),
            label: project.name,
            detail: project.cluster.name,
            icon: IconName::Project,
        }));
        free.retain(|option| !chosen.contains(&option.value));
        query.with(|query| narrowed(&free, query, MOST_PLACES))
    });
    let pick = move |place: String| {
        scope.places.update(|places| places.push(place));
        query.set(String::new());
    };
    let name_of = move |place: &str| match place.strip_prefix(PROJECT) {
        Some(id) => project_words(projects, id),
        None => clusters.name_of(place),
    };
    view! {
        <Fold title=text::account::TOKEN_SCOPE hint=text::account::TOKEN_SCOPE_HINT>
            <div class="stack">
                <Picker
                    label=text::account::TOKEN_PLACES
                    query
                    options
                    on_pick=pick
                    hint=text::account::TOKEN_PLACES_HINT
                />
                <ul class="chip-list" aria-label=move || text::account::TOKEN_PLACES.get()>
                    <For each=move || scope.places.get() key=|place| place.clone() let:place>
                        <li>
                            <RemovableChip
                                label=name_of(&place)
                                on_remove=move |()| scope.places.update(|chosen| chosen.retain(|other| *other != place))
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

/// A project with its cluster, in words.
fn project_words(projects: Projects, id: &str) -> String {
    let words = projects.value().and_then(|projects| {
        let found = projects.items.into_iter().find(|project| project.id == id);
        found.map(|project| format!("{} ({})", project.name, project.cluster.name))
    });
    words.unwrap_or_else(|| text::account::TOKEN_PROJECT_UNKNOWN.get().to_owned())
}

/// What a token that is there is limited to.
#[component]
pub(super) fn ScopeWords(token: Token, projects: Projects) -> impl IntoView {
    let known = use_clusters();
    let clusters = token.clusters.into_iter();
    let of_projects = token.projects.into_iter();
    view! {
        {token.read_only.then(|| view! { " " <Chip>{text::account::TOKEN_READ_ONLY_CHIP}</Chip> })}
        {clusters.map(|id| view! { " " <Chip>{move || known.name_of(&id)}</Chip> }).collect_view()}
        {of_projects.map(|id| view! { " " <Chip>{move || project_words(projects, &id)}</Chip> }).collect_view()}
    }
    .into_any()
}
