//! The sections of providers that sign people in on a page of their own: GitHub and OpenID Connect.

use super::sections::CertificateAuthority;
use super::state::{ProviderForm, joined, split};
use crate::api_client::providers;
use crate::i18n::text;
use crate::state::loader::Loader;
use crate::ui::{Card, CopyButton, LoadView};
use leptos::prelude::*;
use muster_api::provider::ProviderSettings;

/// The address that the application must be registered with: the server's own, whatever the browser came by.
#[component]
fn CallbackAddress() -> impl IntoView {
    let loader = Loader::new(|| async { providers::callback().await });
    let address = move |address: String| {
        let copied = address.clone();
        view! {
            <div class="row">
                <code class="grow wrap-anywhere">{address}</code>
                <CopyButton text=Signal::stored(copied) />
            </div>
        }
        .into_any()
    };
    view! {
        <div class="field">
            <span class="field-label">{text::providers::field::CALLBACK}</span>
            <LoadView loader view=address lines=1 />
            <p class="field-hint">{text::providers::hint::CALLBACK}</p>
        </div>
    }
    .into_any()
}

pub(super) fn github(form: ProviderForm) -> AnyView {
    use text::providers::{field, hint};
    view! {
        <Card title=text::providers::section::CONNECTION>
            <div class="stack">
                {form
                    .line(
                        "baseUrl",
                        (field::BASE_URL, Some(hint::BASE_URL)),
                        |draft| match &draft.settings {
                            ProviderSettings::GitHub(github) => github.base_url.clone(),
                            _ => String::new(),
                        },
                        |draft, typed| {
                            if let ProviderSettings::GitHub(github) = &mut draft.settings {
                                typed.trim().trim_end_matches('/').clone_into(&mut github.base_url);
                            }
                        },
                    )}
                <CertificateAuthority form />
            </div>
        </Card>
        <Card title=text::providers::section::APPLICATION>
            <div class="stack">
                <p class="dim">{text::providers::GITHUB_HOW}</p>
                <CallbackAddress />
                {client(form)}
            </div>
        </Card>
    }
    .into_any()
}

fn client(form: ProviderForm) -> AnyView {
    use text::providers::field;
    view! {
        {form
            .line(
                "clientId",
                (field::CLIENT_ID, None),
                |draft| match &draft.settings {
                    ProviderSettings::GitHub(github) => github.client_id.clone(),
                    ProviderSettings::OpenIdConnect(oidc) => oidc.client_id.clone(),
                    _ => String::new(),
                },
                |draft, typed| match &mut draft.settings {
                    ProviderSettings::GitHub(github) => typed.trim().clone_into(&mut github.client_id),
                    ProviderSettings::OpenIdConnect(oidc) => typed.trim().clone_into(&mut oidc.client_id),
                    _ => {}
                },
            )}
        {form.secret("clientSecret", field::CLIENT_SECRET, |draft, typed| draft.secrets.client_secret = typed)}
    }
    .into_any()
}

pub(super) fn oidc(form: ProviderForm) -> AnyView {
    use text::providers::{field, hint};
    macro_rules! setting {
        ($path:literal, $label:expr, $hint:expr, |$oidc:ident| $get:expr, |$typed:ident| $set:expr) => {
            form.line(
                $path,
                ($label, $hint),
                |draft| match &draft.settings {
                    ProviderSettings::OpenIdConnect($oidc) => $get,
                    _ => String::new(),
                },
                |draft, $typed| {
                    if let ProviderSettings::OpenIdConnect($oidc) = &mut draft.settings {
                        $set;
                    }
                },
            )
        };
    }
    view! {
        <Card title=text::providers::section::CONNECTION>
            <div class="stack">
                {setting!(
                    "issuer",
                    field::ISSUER,
                    Some(hint::ISSUER),
                    |oidc| oidc.issuer.clone(),
                    |typed| typed.trim().clone_into(&mut oidc.issuer)
                )}
                <CertificateAuthority form />
            </div>
        </Card>
        <Card title=text::providers::section::APPLICATION>
            <div class="stack">
                <CallbackAddress />
                {client(form)}
            </div>
        </Card>
        <Card title=text::providers::section::CLAIMS>
            <div class="stack">
                {setting!(
                    "groupsClaim",
                    field::GROUPS_CLAIM,
                    Some(hint::GROUPS_CLAIM),
                    |oidc| oidc.groups_claim.clone(),
                    |typed| typed.trim().clone_into(&mut oidc.groups_claim)
                )}
                {setting!(
                    "nameClaim",
                    field::NAME_CLAIM,
                    None,
                    |oidc| oidc.name_claim.clone(),
                    |typed| typed.trim().clone_into(&mut oidc.name_claim)
                )}
                {setting!(
                    "displayNameClaim",
                    field::DISPLAY_NAME_CLAIM,
                    None,
                    |oidc| oidc.display_name_claim.clone(),
                    |typed| typed.trim().clone_into(&mut oidc.display_name_claim)
                )}
                {setting!(
                    "scopes",
                    field::SCOPES,
                    Some(hint::SCOPES),
                    |oidc| joined(&oidc.scopes),
                    |typed| oidc.scopes = split(&typed)
                )}
            </div>
        </Card>
    }
    .into_any()
}
