//! The application: shared state, the router, and which page stands at which address.

use crate::i18n::text;
use crate::pages::account::AccountPage;
use crate::pages::apply::ApplyPage;
use crate::pages::cluster_overview::ClusterOverviewPage;
use crate::pages::clusters::{ClustersPage, NewClusterPage};
use crate::pages::deploy::DeployPage;
use crate::pages::first_start::FirstStartPage;
use crate::pages::list::ListPage;
use crate::pages::object::ObjectPage;
use crate::pages::rollout::RolloutPage;
use crate::pages::sign_in::SignInPage;
use crate::parts::Administration;
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
            <Route path=path!("/audit") view=Administration::AuditLog.view() />
            <Route path=path!("/settings") view=Administration::Settings.view() />
            <Route path=path!("/settings/providers") view=Administration::Providers.view() />
            <Route path=path!("/settings/providers/new") view=Administration::NewProvider.view() />
            <Route path=path!("/settings/providers/:provider") view=Administration::Provider.view() />
            <Route path=path!("/settings/users") view=Administration::Users.view() />
            <Route path=path!("/settings/users/:user") view=Administration::User.view() />
            <Route path=path!("/settings/groups") view=Administration::Groups.view() />
            <Route path=path!("/settings/groups/:group") view=Administration::Group.view() />
            <Route path=path!("/settings/roles") view=Administration::Roles.view() />
            <Route path=path!("/settings/roles/new") view=Administration::NewRole.view() />
            <Route path=path!("/settings/roles/:role") view=Administration::Role.view() />
            <Route path=path!("/settings/roles/:role/edit") view=Administration::EditRole.view() />
            <Route path=path!("/settings/bindings") view=Administration::Bindings.view() />
            <Route path=path!("/clusters/:cluster") view=ClusterOverviewPage />
            <Route path=path!("/clusters/:cluster/deploy") view=DeployPage />
            <Route path=path!("/clusters/:cluster/apply") view=ApplyPage />
            <Route path=path!("/clusters/:cluster/projects") view=Administration::Projects.view() />
            <Route path=path!("/clusters/:cluster/projects/:project") view=Administration::Project.view() />
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
