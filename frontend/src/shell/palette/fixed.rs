//! What can be found without asking anybody: kinds, clusters, actions.

use super::{Does, Hit};
use crate::i18n::text;
use crate::pages::settings::may_see_any;
use crate::routes::{KindPath, Page, Settings};
use crate::shell::kinds;
use crate::state::clusters::{use_clusters, use_current_cluster};
use crate::state::namespaces::use_namespaces;
use crate::state::session::use_session;
use crate::ui::IconName;
use leptos::prelude::*;
use muster_api::access::Permission;
use muster_api::kind::KINDS;
use muster_api::session::{Language, Theme};

/// Kinds, clusters and actions, each with the words that find it.
pub(super) fn use_fixed_hits() -> Memo<Vec<(Hit, String)>> {
    let clusters = use_clusters();
    let current = use_current_cluster();
    let namespaces = use_namespaces();
    let session = use_session();
    Memo::new(move |_| {
        let cluster = current.get();
        let place = cluster
            .as_deref()
            .map_or_else(|| text::shell::ALL_CLUSTERS.get().to_owned(), |id| clusters.name_of(id));
        let mut hits = Hits::default();
        for kind in KINDS {
            let path = KindPath::from(kind);
            let more = format!("{} {} {}", kind.kind, kind.resource, kind.short_names.join(" "));
            let does = Does::Open(namespaces.list_href(cluster.clone(), &path));
            hits.add(kinds::icon(kind), kinds::plural(&path), &place, does, &more);
        }
        if let Some(cluster) = &cluster {
            let deploy = Page::Deploy {
                cluster: cluster.clone(),
            };
            hits.act(IconName::Plus, text::shell::DEPLOY.get(), to(&deploy), "deploy create");
            let apply = Page::Apply {
                cluster: cluster.clone(),
            };
            hits.act(
                IconName::Code,
                text::shell::APPLY.get(),
                to(&apply),
                "yaml apply create",
            );
        }
        if session.may(Permission::ManageClusters) {
            let words = text::shell::ADD_CLUSTER.get();
            hits.act(IconName::Plus, words, to(&Page::NewCluster), "add cluster kubeconfig");
        }
        if may_see_any(session) {
            let settings = Page::Settings(Settings::Start);
            let more = "settings users groups roles providers bindings ldap";
            hits.act(
                IconName::Configuration,
                text::settings::TITLE.get(),
                to(&settings),
                more,
            );
        }
        let account = text::shell::ACCOUNT.get();
        hits.act(IconName::Account, account, to(&Page::Account), "account token password");
        for cluster in clusters.list().get() {
            let page = Page::Cluster {
                cluster: cluster.name.clone(),
            };
            let detail = text::common::CLUSTER.get();
            hits.add(IconName::Cluster, cluster.name, detail, to(&page), "cluster");
        }
        hits.add_choices();
        hits.act(
            IconName::SignOut,
            text::shell::SIGN_OUT.get(),
            Does::SignOut,
            "sign out logout",
        );
        hits.0
    })
}

fn to(page: &Page) -> Does {
    Does::Open(page.href())
}

#[derive(Default)]
struct Hits(Vec<(Hit, String)>);

impl Hits {
    fn add(&mut self, icon: IconName, label: String, detail: &str, does: Does, more: &str) {
        let terms = format!("{label} {detail} {more}").to_lowercase();
        let hit = Hit {
            icon,
            label,
            detail: detail.to_owned(),
            does,
        };
        self.0.push((hit, terms));
    }

    fn act(&mut self, icon: IconName, label: &str, does: Does, more: &str) {
        self.add(icon, label.to_owned(), text::shell::ACTION.get(), does, more);
    }

    /// Themes and languages.
    fn add_choices(&mut self) {
        let themes = [
            (IconName::Configuration, text::shell::theme::SYSTEM, None),
            (IconName::Sun, text::shell::theme::LIGHT, Some(Theme::Light)),
            (IconName::Moon, text::shell::theme::DARK, Some(Theme::Dark)),
        ];
        for (icon, words, theme) in themes {
            let label = words.get().to_owned();
            self.add(
                icon,
                label,
                text::shell::THEME_OF.get(),
                Does::Theme(theme),
                "theme light dark system",
            );
        }
        let languages = [
            (text::shell::language::ENGLISH, Language::English),
            (text::shell::language::CHINESE, Language::SimplifiedChinese),
        ];
        for (words, language) in languages {
            let label = words.get().to_owned();
            let detail = text::shell::LANGUAGE_OF.get();
            self.add(
                IconName::Language,
                label,
                detail,
                Does::Language(language),
                "language chinese english 中文",
            );
        }
    }
}
