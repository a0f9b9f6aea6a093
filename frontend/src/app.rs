//! The application: shared state, the router, and which page stands at which address.

use crate::i18n::text;
use crate::pages::account::AccountPage;
use crate::pages::apply::ApplyPage;
use crate::pages::audit::AuditLogPage;
use crate::pages::cluster_overview::ClusterOverviewPage;
use crate::pages::clusters::{ClustersPage, NewClusterPage};
use crate::pages::deploy::DeployPage;
use crate::pages::first_start::FirstStartPage;
use crate::pages::list::ListPage;
use crate::pages::object::ObjectPage;
use crate::pages::projects::{ProjectPage, ProjectsPage};
use crate::pages::rollout::RolloutPage;
use crate::pages::settings;
use crate::pages::sign_in::SignInPage;
use crate::routes::Page as Address;
use crate::shell::Shell;
use crate::state;
use crate::ui::{EmptyState, IconName, LinkButton, Page, PageHeader};
use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Redirect, Route, Router};
use leptos_router::path;

/// The whole console.
#[component]
pub fn App() -> impl IntoView {
    view! {
        <Router>
            <Root />
        </Router>
    }
}

#[component]
fn Root() -> impl IntoView {
    state::provide();
    view! { <Shell door=door inside=inside /> }
}

/// The pages that need nobody signed in.
fn door() -> AnyView {
    view! {
        <FlatRoutes fallback=NoPage>
            <Route path=path!("/sign-in") view=SignInPage />
            <Route path=path!("/first-start") view=FirstStartPage />
        </FlatRoutes>
    }
    .into_any()
}

/// The pages in the frame. A fixed word stands before a parameter at the same place: the first that fits is taken.
fn inside() -> AnyView {
    view! {
        <FlatRoutes fallback=NoPage>
            <Route path=path!("/") view=|| view! { <Redirect path=Address::Clusters.href() /> } />
            <Route path=path!("/clusters") view=ClustersPage />
            <Route path=path!("/clusters/new") view=NewClusterPage />
            <Route path=path!("/account") view=AccountPage />
            <Route path=path!("/audit") view=AuditLogPage />
            <Route path=path!("/settings") view=settings::SettingsStartPage />
            <Route path=path!("/settings/providers") view=settings::ProvidersPage />
            <Route path=path!("/settings/providers/new") view=settings::NewProviderPage />
            <Route path=path!("/settings/providers/:provider") view=settings::ProviderPage />
            <Route path=path!("/settings/users") view=settings::UsersPage />
            <Route path=path!("/settings/users/:user") view=settings::UserPage />
            <Route path=path!("/settings/groups") view=settings::GroupsPage />
            <Route path=path!("/settings/groups/:group") view=settings::GroupPage />
            <Route path=path!("/settings/roles") view=settings::RolesPage />
            <Route path=path!("/settings/roles/new") view=settings::NewRolePage />
            <Route path=path!("/settings/roles/:role") view=settings::RolePage />
            <Route path=path!("/settings/roles/:role/edit") view=settings::EditRolePage />
            <Route path=path!("/settings/bindings") view=settings::BindingsPage />
            <Route path=path!("/clusters/:cluster") view=ClusterOverviewPage />
            <Route path=path!("/clusters/:cluster/deploy") view=DeployPage />
            <Route path=path!("/clusters/:cluster/apply") view=ApplyPage />
            <Route path=path!("/clusters/:cluster/projects") view=ProjectsPage />
            <Route path=path!("/clusters/:cluster/projects/:project") view=ProjectPage />
            <Route path=path!("/clusters/:cluster/rollout/:namespace/:name") view=RolloutPage />
            <Route path=path!("/clusters/:cluster/:group/:version/:resource") view=ListPage />
            <Route path=path!("/clusters/:cluster/:group/:version/:resource/:namespace/:name") view=ObjectPage />
            <Route path=path!("/resources/:group/:version/:resource") view=ListPage />
        </FlatRoutes>
    }
    .into_any()
}

#[component]
fn NoPage() -> impl IntoView {
    view! {
        <Page title=text::shell::NO_PAGE>
            <PageHeader title=text::shell::NO_PAGE />
            <EmptyState title=text::shell::NO_PAGE_DETAIL icon=IconName::Unknown>
                <LinkButton href=Address::Clusters.href()>{text::shell::CLUSTERS}</LinkButton>
            </EmptyState>
        </Page>
    }
    .into_any()
}
