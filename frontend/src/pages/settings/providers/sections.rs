//! The sections of a provider's form.

use super::admission::AdmissionFields;
use super::application::{github, oidc};
use super::state::{ProviderForm, absent_when_empty, joined, split};
use crate::i18n::text;
use crate::ui::{Card, Checkbox, FileButton, Fold, Notice, TextArea};
use leptos::prelude::*;
use muster_api::provider::{Encryption, Membership, ProviderKind, ProviderRequest, ProviderSettings};
use muster_api::resource::Health;

/// All sections for the kind of provider that the draft is of.
pub(super) fn sections(form: ProviderForm) -> AnyView {
    let kind = form.draft.with_untracked(|draft| draft.settings.kind());
    view! {
        <Card title=text::providers::section::NAME>
            <div class="stack">
                {form
                    .line(
                        "name",
                        (text::providers::field::NAME, Some(text::providers::hint::NAME)),
                        |draft| draft.name.clone(),
                        |draft, typed| draft.name = typed,
                    )}
                <Switch form />
            </div>
        </Card>
        {match kind {
            ProviderKind::ActiveDirectory | ProviderKind::Ldap => directory(form, kind == ProviderKind::ActiveDirectory),
            ProviderKind::GitHub => github(form),
            ProviderKind::OpenIdConnect => oidc(form),
        }}
        <Card title=text::providers::section::ADMISSION>
            <AdmissionFields form />
        </Card>
    }
    .into_any()
}

#[component]
fn Switch(form: ProviderForm) -> impl IntoView {
    let enabled = RwSignal::new(form.draft.with_untracked(|draft| draft.enabled));
    Effect::new(move |before: Option<()>| {
        let wanted = enabled.get();
        if before.is_some() {
            form.draft.update(|draft| draft.enabled = wanted);
        }
    });
    view! { <Checkbox label=text::providers::field::ENABLED checked=enabled hint=text::providers::hint::ENABLED /> }
        .into_any()
}

/// The authorities to trust: typed, or from a file.
#[component]
pub(super) fn CertificateAuthority(form: ProviderForm) -> impl IntoView {
    let unreadable = RwSignal::new(false);
    let value = form.value("certificateAuthority", read_authority, write_authority);
    let take = move |content: Option<String>| {
        unreadable.set(content.is_none());
        if let Some(content) = content {
            value.set(content);
        }
    };
    view! {
        <TextArea
            label=text::providers::field::CA
            value
            hint=text::providers::hint::CA
            path="certificateAuthority"
            problems=form.shown
            rows=3
            monospace=true
            optional=true
        />
        <div>
            <FileButton
                label=text::providers::CHOOSE_FILE
                accept=".pem,.crt,.cer,text/*"
                on_text=take
            />
        </div>
        <Show when=move || unreadable.get()>
            <Notice health=Health::Bad>{text::providers::FILE_UNREADABLE}</Notice>
        </Show>
    }
    .into_any()
}

fn read_authority(draft: &ProviderRequest) -> String {
    let authority = match &draft.settings {
        ProviderSettings::ActiveDirectory(directory) | ProviderSettings::Ldap(directory) => {
            &directory.certificate_authority
        }
        ProviderSettings::GitHub(github) => &github.certificate_authority,
        ProviderSettings::OpenIdConnect(oidc) => &oidc.certificate_authority,
    };
    authority.clone().unwrap_or_default()
}

fn write_authority(draft: &mut ProviderRequest, typed: String) {
    let typed = absent_when_empty(&typed);
    match &mut draft.settings {
        ProviderSettings::ActiveDirectory(directory) | ProviderSettings::Ldap(directory) => {
            directory.certificate_authority = typed;
        }
        ProviderSettings::GitHub(github) => github.certificate_authority = typed,
        ProviderSettings::OpenIdConnect(oidc) => oidc.certificate_authority = typed,
    }
}

const fn encryption_word(encryption: Encryption) -> &'static str {
    match encryption {
        Encryption::Tls => "tls",
        Encryption::StartTls => "start-tls",
        Encryption::None => "none",
    }
}

const fn membership_word(membership: Membership) -> &'static str {
    match membership {
        Membership::TokenGroups => "token-groups",
        Membership::InChain => "in-chain",
        Membership::MemberOf => "member-of",
        Membership::Member => "member",
        Membership::UniqueMember => "unique-member",
        Membership::MemberUid => "member-uid",
    }
}

fn membership_of(word: &str) -> Membership {
    match word {
        "token-groups" => Membership::TokenGroups,
        "in-chain" => Membership::InChain,
        "member-of" => Membership::MemberOf,
        "unique-member" => Membership::UniqueMember,
        "member-uid" => Membership::MemberUid,
        _ => Membership::Member,
    }
}

fn directory(form: ProviderForm, is_active_directory: bool) -> AnyView {
    use text::providers::{field, hint, membership};
    let plain = Memo::new(move |_| {
        form.draft.with(|draft| {
            ProviderForm::directory(draft).is_some_and(|directory| directory.encryption == Encryption::None)
        })
    });
    let memberships: &'static [(&str, crate::i18n::Text)] = if is_active_directory {
        &[
            ("token-groups", membership::TOKEN_GROUPS),
            ("in-chain", membership::IN_CHAIN),
            ("member-of", membership::MEMBER_OF),
        ]
    } else {
        &[
            ("member", membership::MEMBER),
            ("unique-member", membership::UNIQUE_MEMBER),
            ("member-of", membership::MEMBER_OF),
            ("member-uid", membership::MEMBER_UID),
        ]
    };
    view! {
        <Card title=text::providers::section::CONNECTION>
            <div class="stack">
                {form.directory_lines("urls", (field::URLS, Some(hint::URLS)), |it| &it.urls, |it, typed| it.urls = typed)}
                {form
                    .directory_choice(
                        "encryption",
                        (field::ENCRYPTION, None),
                        &[
                            ("tls", text::providers::encryption::TLS),
                            ("start-tls", text::providers::encryption::START_TLS),
                            ("none", text::providers::encryption::NONE),
                        ],
                        |it| encryption_word(it.encryption).to_owned(),
                        |it, word| {
                            it.encryption = match word {
                                "start-tls" => Encryption::StartTls,
                                "none" => Encryption::None,
                                _ => Encryption::Tls,
                            };
                        },
                    )}
                <Show when=move || plain.get()>
                    <Notice health=Health::Warn>{text::providers::NOT_ENCRYPTED}</Notice>
                </Show>
                <CertificateAuthority form />
            </div>
        </Card>
        <Card title=text::providers::section::ACCOUNT>
            <div class="stack">
                {form
                    .directory_line(
                        "bindName",
                        (field::BIND_NAME, Some(if is_active_directory { hint::BIND_NAME_AD } else { hint::BIND_NAME })),
                        |it| it.bind_name.clone(),
                        |it, typed| typed.clone_into(&mut it.bind_name),
                    )}
                {form.secret("bindPassword", field::BIND_PASSWORD, |draft, typed| draft.secrets.bind_password = typed)}
            </div>
        </Card>
        <Card title=text::providers::section::PEOPLE>
            <div class="stack">
                {form
                    .directory_lines(
                        "userBases",
                        (field::USER_BASES, Some(hint::BASES)),
                        |it| &it.user_bases,
                        |it, typed| it.user_bases = typed,
                    )}
                {form
                    .directory_line(
                        "loginAttributes",
                        (field::LOGIN_ATTRIBUTES, Some(hint::LOGIN_ATTRIBUTES)),
                        |it| joined(&it.login_attributes),
                        |it, typed| it.login_attributes = split(typed),
                    )}
                {form
                    .directory_line(
                        "userFilter",
                        (field::USER_FILTER, Some(hint::FILTER)),
                        |it| it.user_filter.clone(),
                        |it, typed| typed.trim().clone_into(&mut it.user_filter),
                    )}
                {is_active_directory
                    .then(|| {
                        form.directory_line(
                            "domain",
                            (field::DOMAIN, Some(hint::DOMAIN)),
                            |it| it.domain.clone().unwrap_or_default(),
                            |it, typed| it.domain = absent_when_empty(typed),
                        )
                    })}
            </div>
        </Card>
        <Card title=text::providers::section::GROUPS>
            <div class="stack">
                {form
                    .directory_lines(
                        "groupBases",
                        (field::GROUP_BASES, Some(hint::BASES)),
                        |it| &it.group_bases,
                        |it, typed| it.group_bases = typed,
                    )}
                {form
                    .directory_choice(
                        "membership",
                        (field::MEMBERSHIP, None),
                        memberships,
                        |it| membership_word(it.membership).to_owned(),
                        |it, word| it.membership = membership_of(word),
                    )}
                {form
                    .directory_choice(
                        "nested",
                        (field::NESTED, Some(hint::NESTED)),
                        &[("yes", text::common::YES), ("no", text::common::NO)],
                        |it| if it.nested { "yes".into() } else { "no".into() },
                        |it, word| it.nested = word == "yes",
                    )}
                {form
                    .directory_line(
                        "groupFilter",
                        (field::GROUP_FILTER, Some(hint::FILTER)),
                        |it| it.group_filter.clone(),
                        |it, typed| typed.trim().clone_into(&mut it.group_filter),
                    )}
            </div>
        </Card>
        <Fold title=text::providers::section::ADVANCED hint=text::providers::ADVANCED_HINT>
            <div class="two-columns">{directory_details(form)}</div>
        </Fold>
    }
    .into_any()
}

/// What the template sets right for most.
fn directory_details(form: ProviderForm) -> AnyView {
    use text::providers::{field, hint};
    macro_rules! attribute {
        ($path:literal, $label:expr, $field:ident) => {
            form.directory_line(
                $path,
                ($label, None),
                |it| it.$field.clone(),
                |it, typed| typed.trim().clone_into(&mut it.$field),
            )
        };
    }
    macro_rules! number {
        ($path:literal, $label:expr, $field:ident) => {
            form.directory_number($path, $label, |it| it.$field, |it, typed| it.$field = typed)
        };
    }
    view! {
        {attribute!("userObjectClass", field::USER_OBJECT_CLASS, user_object_class)}
        {attribute!("nameAttribute", field::NAME_ATTRIBUTE, name_attribute)}
        {attribute!("displayNameAttribute", field::DISPLAY_NAME_ATTRIBUTE, display_name_attribute)}
        {attribute!("emailAttribute", field::EMAIL_ATTRIBUTE, email_attribute)}
        {attribute!("uniqueAttribute", field::UNIQUE_ATTRIBUTE, unique_attribute)}
        {form
            .directory_line(
                "groupObjectClasses",
                (field::GROUP_OBJECT_CLASSES, None),
                |it| joined(&it.group_object_classes),
                |it, typed| it.group_object_classes = split(typed),
            )}
        {attribute!("groupNameAttribute", field::GROUP_NAME_ATTRIBUTE, group_name_attribute)}
        {attribute!("groupUniqueAttribute", field::GROUP_UNIQUE_ATTRIBUTE, group_unique_attribute)}
        {form
            .directory_line(
                "serverName",
                (field::SERVER_NAME, Some(hint::SERVER_NAME)),
                |it| it.server_name.clone().unwrap_or_default(),
                |it, typed| it.server_name = absent_when_empty(typed),
            )}
        {number!("nestedDepth", field::NESTED_DEPTH, nested_depth)}
        {number!("mostGroups", field::MOST_GROUPS, most_groups)}
        {number!("pageSize", field::PAGE_SIZE, page_size)}
        {number!("connectTimeoutSeconds", field::CONNECT_TIMEOUT, connect_timeout_seconds)}
        {number!("timeoutSeconds", field::TIMEOUT, timeout_seconds)}
    }
    .into_any()
}
