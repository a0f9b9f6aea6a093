//! "Why can't I do this?": actions that a person may not do are not offered as if they could, and say what is missing and
//! who can give it.
//!
//! The server and the cluster decide; what could not be asked stays as it is.

use crate::api_client::objects::ObjectAddress;
use crate::i18n::{self, Text, text};
use crate::state::access::{Access, Standing, question, use_access};
use crate::ui::{Button, ButtonKind, Dialog, Icon, IconName, LinkButton, Menu, MenuItem, Notice, Skeleton};
use leptos::prelude::*;
use muster_api::access::{AccessAnswer, AccessQuestion};
use muster_api::resource::Health;

/// More questions than this of one action are not asked: the server answers them one by one when it is done.
const MOST_QUESTIONS: usize = 50;

/// May this be done to the object? `subresource` is `scale`, `log`, ….
pub fn about(object: &ObjectAddress, verb: &str, subresource: Option<&str>) -> AccessQuestion {
    AccessQuestion {
        namespace: object.namespace.clone(),
        name: Some(object.name.clone()),
        subresource: subresource.map(str::to_owned),
        ..question(&object.cluster, verb, &object.kind.group, &object.kind.resource)
    }
}

/// May this be done to each of the objects? One question for each namespace that they are in.
pub fn about_all(objects: &[ObjectAddress], verb: &str) -> Vec<AccessQuestion> {
    let mut questions: Vec<AccessQuestion> = Vec::new();
    for object in objects {
        let asked = AccessQuestion {
            name: None,
            ..about(object, verb, None)
        };
        if questions.len() < MOST_QUESTIONS && !questions.contains(&asked) {
            questions.push(asked);
        }
    }
    questions
}

/// Buttons that can be pressed only when all of this may be done. Beside them stands why not.
#[component]
pub fn Guarded(
    /// What must be allowed.
    #[prop(into)]
    questions: Signal<Vec<AccessQuestion>>,
    /// The buttons.
    children: Children,
) -> impl IntoView {
    let access = use_access();
    let refused = Memo::new(move |_| questions.with(|questions| access.refused(questions)));
    view! {
        <div class="guarded">
            <fieldset class="guard" disabled=move || refused.read().is_some()>
                {children()}
            </fieldset>
            {move || refused.get().map(|question| view! { <Why question /> })}
        </div>
    }
    .into_any()
}

/// An item of a menu. Where it is not allowed it stands there with a lock, and pressing it says why.
pub fn guarded_item(
    asked: AccessQuestion,
    words: Text,
    icon: IconName,
    danger: bool,
    act: impl Fn() + Send + Sync + 'static,
) -> AnyView {
    let access = use_access();
    let asked = StoredValue::new(asked);
    let act = Callback::new(move |()| act());
    let refused = Memo::new(move |_| {
        asked
            .with_value(|asked| access.refused(std::slice::from_ref(asked)))
            .is_some()
    });
    view! {
        <Show
            when=move || refused.get()
            fallback=move || view! { <MenuItem icon danger on_press=move |()| act.run(())>{words}</MenuItem> }
        >
            <MenuItem icon=IconName::Lock on_press=move |()| access.explained().set(Some(asked.get_value()))>
                <span class="dim">{words}</span>
                <small>{text::access::NOT_ALLOWED}</small>
            </MenuItem>
        </Show>
    }
    .into_any()
}

/// A link to a form that makes something. It is a button that cannot be pressed where it is known that the person may make
/// such things nowhere in the cluster.
#[component]
pub fn GuardedLink(
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// Which cluster, by id or name.
    #[prop(into)]
    cluster: Signal<String>,
    /// API group and plural name of what is made; none: anything.
    #[prop(optional_no_strip)]
    makes: Option<(&'static str, &'static str)>,
    /// How much it asks for attention.
    #[prop(optional)]
    kind: ButtonKind,
    /// An icon before the words.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// The words.
    #[prop(into)]
    words: Signal<String>,
) -> impl IntoView {
    let access = use_access();
    let refused = Memo::new(move |_| cluster.with(|cluster| access.makes_nowhere(cluster, makes)));
    let asked = move || {
        let (group, resource) = makes.unwrap_or(("*", "*"));
        cluster.with(|cluster| question(cluster, "create", group, resource))
    };
    let link = move || match icon {
        Some(icon) => view! { <LinkButton href kind icon=icon>{move || words.get()}</LinkButton> }.into_any(),
        None => view! { <LinkButton href kind>{move || words.get()}</LinkButton> }.into_any(),
    };
    let button = move || match icon {
        Some(icon) => view! { <Button kind icon=icon disabled=true>{move || words.get()}</Button> }.into_any(),
        None => view! { <Button kind disabled=true>{move || words.get()}</Button> }.into_any(),
    };
    view! {
        <Show when=move || refused.get() fallback=link>
            <div class="guarded">{button()} <Why question=asked() /></div>
        </Show>
    }
    .into_any()
}

/// The question mark beside what cannot be pressed.
#[component]
fn Why(question: AccessQuestion) -> impl IntoView {
    view! {
        <Menu label=text::access::WHY icon=IconName::Help icon_only=true class="icon-button" panel=true align_end=true>
            <div class="why">
                <Explanation question=question.clone() />
            </div>
        </Menu>
    }
    .into_any()
}

/// What is missing, what would give it, and who can.
#[component]
fn Explanation(question: AccessQuestion) -> impl IntoView {
    let access: Access = use_access();
    let standing = access.standing(&question);
    move || match standing.get() {
        Standing::Checking => view! { <Skeleton lines=2 /> }.into_any(),
        Standing::Unchecked(failure) => view! {
            <Notice health=Health::Unknown>{text::common::CANNOT_CHECK} " " {failure.sentence()}</Notice>
        }
        .into_any(),
        Standing::Answered(answer) => view! { <Answer answer /> }.into_any(),
    }
}

#[component]
fn Answer(answer: AccessAnswer) -> impl IntoView {
    let title = if answer.allowed {
        text::access::ALLOWED
    } else {
        text::access::MISSING
    };
    let allowed = answer.allowed;
    let roles = answer.roles;
    let (why, grantors) = (answer.why, answer.grantors);
    view! {
        <div class="stack">
            <p>
                <strong>{title}</strong>
            </p>
            <p class="wrap-anywhere">{move || i18n::said(&why)}</p>
            {(!roles.is_empty() && !allowed)
                .then(|| {
                    view! {
                        <p>
                            {move || {
                                let names: Vec<String> = roles
                                    .iter()
                                    .map(|role| crate::pages::bindings::table::role_name(role))
                                    .collect();
                                text::access::ROLES.with(&[("names", &names.join(", "))])
                            }}
                        </p>
                    }
                })}
            {(!allowed)
                .then(|| {
                    view! {
                        <p class="row">
                            <Icon name=IconName::Account />
                            <span>
                                {move || {
                                    if grantors.is_empty() {
                                        text::access::ASK_ADMINISTRATOR.get().to_owned()
                                    } else {
                                        text::access::ASK.with(&[("names", &grantors.join(", "))])
                                    }
                                }}
                            </span>
                        </p>
                    }
                })}
        </div>
    }
    .into_any()
}

/// Explains what a locked item of a menu asked about; once, in the shell.
#[component]
pub fn ExplanationDialog() -> impl IntoView {
    let explained = use_access().explained();
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(explained.with(Option::is_some)));
    Effect::new(move |was_open: Option<bool>| {
        let is_open = open.get();
        if was_open == Some(true) && !is_open {
            explained.set(None);
        }
        is_open
    });
    view! {
        <Dialog open title=text::access::WHY>
            {move || explained.get().map(|question| view! { <Explanation question /> })}
            <footer class="dialog-footer">
                <Button on_press=move |_| open.set(false)>{text::common::CLOSE}</Button>
            </footer>
        </Dialog>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::KindPath;

    fn object(namespace: Option<&str>, name: &str) -> ObjectAddress {
        ObjectAddress {
            cluster: "c".into(),
            kind: KindPath::new("core", "v1", "pods"),
            namespace: namespace.map(str::to_owned),
            name: name.into(),
        }
    }

    #[test]
    fn many_objects_are_asked_about_once_for_each_namespace() {
        let objects = [object(Some("a"), "1"), object(Some("a"), "2"), object(Some("b"), "3")];
        let questions = about_all(&objects, "delete");
        assert_eq!(questions.len(), 2);
        assert!(
            questions
                .iter()
                .all(|question| question.name.is_none() && question.group.is_empty())
        );
        let many: Vec<ObjectAddress> = (0..200).map(|number| object(Some(&number.to_string()), "x")).collect();
        assert_eq!(about_all(&many, "delete").len(), MOST_QUESTIONS);
    }

    #[test]
    fn one_object_is_asked_about_by_its_name() {
        let question = about(&object(Some("a"), "1"), "patch", Some("scale"));
        assert_eq!(question.name.as_deref(), Some("1"));
        assert_eq!(question.subresource.as_deref(), Some("scale"));
    }
}
