//! The breadcrumbs of the page on screen, read off its address.

use super::kinds;
use crate::i18n::text;
use crate::routes::{KindPath, Page, Settings};
use crate::state::clusters::{Clusters, use_clusters};
use crate::ui::Crumb;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use leptos_router::location::Url;

/// The way to the page on screen.
pub(super) fn use_trail() -> Memo<Vec<Crumb>> {
    let location = use_location();
    let path = location.pathname;
    let query = location.query;
    let clusters = use_clusters();
    Memo::new(move |_| {
        let path = path.get();
        let namespaces = query.with(|query| query.get("namespace")).unwrap_or_default();
        let parts: Vec<String> = path.trim_matches('/').split('/').map(Url::unescape).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        crumbs(&parts, &namespaces, clusters)
    })
}

/// The settings, and which part of them. The page itself names what it is about.
fn settings_crumbs(rest: &[&str]) -> Vec<Crumb> {
    let crumb = |label: crate::i18n::Text, page: Page| Crumb {
        label: label.get().to_owned(),
        href: Some(page.href()),
    };
    let part = match rest.first().copied() {
        Some("providers") => Some(crumb(text::settings::PROVIDERS, Page::Settings(Settings::Providers))),
        Some("users") => Some(crumb(text::settings::USERS, Page::Settings(Settings::Users))),
        Some("groups") => Some(crumb(text::settings::GROUPS, Page::Settings(Settings::Groups))),
        Some("roles") => Some(crumb(text::settings::ROLES, Page::Settings(Settings::Roles))),
        Some("bindings") => Some(crumb(text::settings::BINDINGS, Page::Settings(Settings::Bindings))),
        Some("audit") => Some(crumb(text::audit::TITLE, Page::Audit)),
        _ => None,
    };
    let start = crumb(text::settings::TITLE, Page::Settings(Settings::Start));
    std::iter::once(start).chain(part).collect()
}

/// `namespaces` are those that a list shows, joined by commas; empty for all.
fn crumbs(parts: &[&str], namespaces: &str, clusters: Clusters) -> Vec<Crumb> {
    let here = |label: String| Crumb { label, href: None };
    let all = Crumb {
        label: text::shell::CLUSTERS.get().to_owned(),
        href: Some(Page::Clusters.href()),
    };
    let cluster_crumb = |cluster: &str| Crumb {
        label: clusters.name_of(cluster),
        href: Some(
            Page::Cluster {
                cluster: cluster.to_owned(),
            }
            .href(),
        ),
    };
    let list_crumb = |cluster: Option<&str>, kind: &KindPath| Crumb {
        label: kinds::plural(kind),
        href: Some(
            Page::List {
                cluster: cluster.map(str::to_owned),
                kind: kind.clone(),
            }
            .href(),
        ),
    };
    match *parts {
        ["account", ..] => vec![here(text::shell::ACCOUNT.get().to_owned())],
        ["settings", ref rest @ ..] => settings_crumbs(rest),
        // Its address is its own, its place is beside the settings.
        ["audit"] => settings_crumbs(parts),
        ["clusters", cluster, "projects", ref rest @ ..] => {
            let label = text::projects::TITLE.get().to_owned();
            let list = Crumb {
                label,
                href: Some(
                    Page::Projects {
                        cluster: cluster.to_owned(),
                    }
                    .href(),
                ),
            };
            let mut crumbs = vec![cluster_crumb(cluster), list];
            if rest == ["new"] {
                crumbs.push(here(text::projects::NEW_TITLE.get().to_owned()));
            }
            crumbs
        }
        ["clusters", "new"] => vec![all, here(text::shell::ADD_CLUSTER.get().to_owned())],
        ["clusters", cluster] => vec![all, cluster_crumb(cluster)],
        ["clusters", cluster, "deploy"] => vec![cluster_crumb(cluster), here(text::shell::DEPLOY.get().to_owned())],
        ["clusters", cluster, "apply"] => vec![cluster_crumb(cluster), here(text::shell::APPLY.get().to_owned())],
        ["clusters", cluster, "rollout", namespace, name] => {
            let kind = KindPath::new("apps", "v1", "deployments");
            vec![
                cluster_crumb(cluster),
                list_crumb(Some(cluster), &kind),
                here(format!("{namespace}/{name}")),
            ]
        }
        ["clusters", cluster, group, version, resource] => {
            let mut crumbs = vec![cluster_crumb(cluster)];
            if !namespaces.is_empty() {
                crumbs.push(here(namespaces.replace(',', ", ")));
            }
            crumbs.push(list_crumb(Some(cluster), &KindPath::new(group, version, resource)));
            crumbs
        }
        ["clusters", cluster, group, version, resource, namespace, name] => {
            let kind = KindPath::new(group, version, resource);
            let mut crumbs = vec![cluster_crumb(cluster), list_crumb(Some(cluster), &kind)];
            if namespace != "-" {
                let mut list = list_crumb(Some(cluster), &kind);
                namespace.clone_into(&mut list.label);
                list.href = list
                    .href
                    .map(|href| format!("{href}?{}", crate::routes::query(&[("namespace", namespace)])));
                crumbs.push(list);
            }
            crumbs.push(here(name.to_owned()));
            crumbs
        }
        ["resources", group, version, resource] => {
            vec![
                here(text::shell::ALL_CLUSTERS.get().to_owned()),
                list_crumb(None, &KindPath::new(group, version, resource)),
            ]
        }
        _ => vec![here(text::shell::CLUSTERS.get().to_owned())],
    }
}
