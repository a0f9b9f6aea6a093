//! The breadcrumbs of the page on screen, read off its address.

use super::kinds;
use crate::i18n::text;
use crate::routes::{KindPath, Page};
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
