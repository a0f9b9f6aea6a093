//! The dock at the bottom: logs, texts and shells that stay while one goes from page to page.

use crate::api_client::objects::ObjectAddress;
use crate::routes::KindPath;
use crate::state::session::use_session;
use leptos::prelude::*;

/// One tab of the dock.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DockTab {
    /// The log of a pod's container.
    Log {
        /// The cluster's id or name.
        cluster: String,
        /// The pod's namespace.
        namespace: String,
        /// The pod.
        pod: String,
        /// Which container; the pod's default one when absent.
        container: Option<String>,
    },
    /// An object's text.
    Yaml {
        /// The object.
        object: ObjectAddress,
    },
    /// A shell in a pod.
    Shell {
        /// The pod.
        pod: ObjectAddress,
    },
}

impl DockTab {
    /// The log of an object's pod, if it is one.
    pub fn log_of(object: &ObjectAddress) -> Option<Self> {
        let namespace = object.namespace.clone()?;
        object.kind.is("core", "pods").then(|| Self::Log {
            cluster: object.cluster.clone(),
            namespace,
            pod: object.name.clone(),
            container: None,
        })
    }

    /// A shell in an object, if it is a pod.
    pub fn shell_of(object: &ObjectAddress) -> Option<Self> {
        let is_pod = object.kind.is("core", "pods") && object.namespace.is_some();
        is_pod.then(|| Self::Shell { pod: object.clone() })
    }

    /// The object that the tab is about.
    pub fn object(&self) -> ObjectAddress {
        match self {
            Self::Log {
                cluster,
                namespace,
                pod,
                ..
            } => ObjectAddress {
                cluster: cluster.clone(),
                kind: KindPath::new("core", "v1", "pods"),
                namespace: Some(namespace.clone()),
                name: pod.clone(),
            },
            Self::Yaml { object } | Self::Shell { pod: object } => object.clone(),
        }
    }
}

/// The dock.
#[derive(Clone, Copy)]
pub struct Dock {
    tabs: RwSignal<Vec<DockTab>>,
    active: RwSignal<Option<DockTab>>,
    folded: RwSignal<bool>,
    height: RwSignal<f64>,
}

const FIRST_HEIGHT: f64 = 240.0;
const LOWEST: f64 = 120.0;

/// The dock.
///
/// # Panics
/// Outside the application: [`super::provide`] provides it.
#[expect(
    clippy::expect_used,
    reason = "provided by `state::provide` before any component runs"
)]
pub fn use_dock() -> Dock {
    use_context().expect("the dock is provided")
}

pub(super) fn provide() {
    let dock = Dock {
        tabs: RwSignal::new(Vec::new()),
        active: RwSignal::new(None),
        folded: RwSignal::new(false),
        height: RwSignal::new(FIRST_HEIGHT),
    };
    provide_context(dock);
    let session = use_session();
    // What one person opened is not the next one's. A session that only ended finds its tabs again.
    Effect::new(move |before: Option<Option<String>>| {
        let before = before.flatten();
        let user = session.user().map(|user| user.id);
        let is_another = before.is_some() && user.is_some() && before != user;
        if is_another || session.was_left().get() {
            dock.close_all();
        }
        user.or(before)
    });
}

impl Dock {
    /// Opens a tab, or goes to it when it is open.
    pub fn open(self, tab: DockTab) {
        self.tabs.update(|tabs| {
            if !tabs.contains(&tab) {
                tabs.push(tab.clone());
            }
        });
        self.active.set(Some(tab));
        self.folded.set(false);
    }

    /// Closes a tab; its left neighbour comes to the front.
    pub fn close(self, tab: &DockTab) {
        let place = self
            .tabs
            .with_untracked(|tabs| tabs.iter().position(|open| open == tab));
        let Some(place) = place else { return };
        self.tabs.update(|tabs| {
            tabs.remove(place);
        });
        if self.active.with_untracked(|active| active.as_ref() == Some(tab)) {
            let neighbour = self
                .tabs
                .with_untracked(|tabs| tabs.get(place.saturating_sub(1)).cloned());
            self.active.set(neighbour);
        }
    }

    /// Closes every tab.
    pub fn close_all(self) {
        self.tabs.set(Vec::new());
        self.active.set(None);
    }

    /// The open tabs.
    pub fn tabs(self) -> Signal<Vec<DockTab>> {
        self.tabs.into()
    }

    /// The tab in front.
    pub fn active(self) -> Signal<Option<DockTab>> {
        self.active.into()
    }

    /// Is only the row of tabs shown?
    pub fn folded(self) -> Signal<bool> {
        self.folded.into()
    }

    /// Folds or unfolds it.
    pub fn toggle_fold(self) {
        self.folded.update(|folded| *folded = !*folded);
    }

    /// Its height in pixels.
    pub fn height(self) -> Signal<f64> {
        self.height.into()
    }

    /// Makes it this high, within reason.
    pub fn resize(self, pixels: f64, window_height: f64) {
        self.height
            .set(pixels.clamp(LOWEST, (window_height - 160.0).max(LOWEST)));
    }
}
