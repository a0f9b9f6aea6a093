//! The rows on screen, kept up to date by the live socket. Rows keep their identity while they change, so that focus,
//! selection and scroll position survive every change.

use super::columns;
use crate::api_client::{self, ApiFailure};
use crate::browser;
use crate::format::sentence::capitalized;
use crate::i18n;
use crate::state::live::{Connection, Live, LiveEvent, use_live};
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::problem::{FieldProblem, Problem};
use muster_api::resource::{ClusterCoverage, Column, ResourceList, ResourceQuery, Row, StatusCount};
use muster_api::session::Language;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// How long the socket may take before the first page is asked for without it.
const PATIENCE: Duration = Duration::from_millis(2500);

/// The height of a row in pixels (`--row-height` in `style/tokens.css`): of a new page, as many rows are drawn at once as the
/// window may show, and the others when these were seen.
const ROW_HEIGHT: f64 = 32.0;

/// How far the list is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// Nothing is there yet.
    Loading,
    /// Rows are there (or none match).
    Ready,
    /// The list could not be had.
    Failed(ApiFailure),
    /// The server ended it: rights were lost, or the kind is gone.
    Ended(String),
}

/// One row on screen.
#[derive(Clone)]
pub struct LiveRow {
    /// The row's id.
    pub id: Arc<str>,
    /// The row as it is now.
    pub row: ArcRwSignal<Arc<Row>>,
    /// Grows with every change that a person should notice.
    pub changes: ArcRwSignal<u32>,
}

/// The list on screen.
#[derive(Clone, Copy)]
pub struct ListData {
    /// How far it is.
    pub phase: RwSignal<Phase>,
    /// The columns.
    pub columns: RwSignal<Arc<[Column]>>,
    /// How wide each column must be.
    pub widths: RwSignal<Vec<f64>>,
    /// The rows in order.
    pub rows: RwSignal<Vec<LiveRow>>,
    /// How many match.
    pub total: RwSignal<u64>,
    /// How many there are by status, before the filter.
    pub counts: RwSignal<Vec<StatusCount>>,
    /// Which clusters were asked.
    pub coverage: RwSignal<Vec<ClusterCoverage>>,
    /// What is wrong with the filter, as the server says.
    pub filter_problem: RwSignal<Option<String>>,
    /// What is wrong with the order, as the server says.
    pub order_problem: RwSignal<Option<String>>,
    /// A new answer is on its way; the rows are those of the question before.
    pub waiting: RwSignal<bool>,
    model: StoredValue<Option<ResourceList>>,
    /// Which question the answers belong to.
    round: StoredValue<u32>,
    /// Counts what was drawn: rows that were to follow do not when others came meanwhile.
    drawn: StoredValue<u32>,
    live: Live,
}

impl ListData {
    /// Follows a query from now on, until the component goes.
    pub fn follow(query: Signal<ResourceQuery>) -> Self {
        let data = Self {
            phase: RwSignal::new(Phase::Loading),
            columns: RwSignal::new(Arc::new([])),
            widths: RwSignal::new(Vec::new()),
            rows: RwSignal::new(Vec::new()),
            total: RwSignal::new(0),
            counts: RwSignal::new(Vec::new()),
            coverage: RwSignal::new(Vec::new()),
            filter_problem: RwSignal::new(None),
            order_problem: RwSignal::new(None),
            waiting: RwSignal::new(true),
            model: StoredValue::new(None),
            round: StoredValue::new(0),
            drawn: StoredValue::new(0),
            live: use_live(),
        };
        let again = ArcTrigger::new();
        provide_context(Again(again.clone()));
        Effect::new(move |_| {
            again.track();
            data.ask(query.get());
        });
        data
    }

    fn ask(self, query: ResourceQuery) {
        let round = self.round.get_value() + 1;
        self.round.set_value(round);
        self.waiting.set(true);
        let fallback = query.clone();
        let id = self.live.subscribe(query, move |event| {
            if self.round.try_get_value() == Some(round) {
                self.take(event);
            }
        });
        on_cleanup(move || self.live.unsubscribe(&id));
        let patience = set_timeout_with_handle(
            move || {
                let waiting = self.waiting.try_get_untracked() == Some(true);
                if waiting && self.live.connection().get_untracked() != Connection::Live {
                    self.ask_without_socket(fallback, round);
                }
            },
            PATIENCE,
        );
        if let Ok(patience) = patience {
            on_cleanup(move || patience.clear());
        }
    }

    fn ask_without_socket(self, query: ResourceQuery, round: u32) {
        spawn_local(async move {
            let answer = api_client::resources::list(&query).await;
            if self.round.try_get_value() != Some(round) || self.waiting.try_get_untracked() != Some(true) {
                return;
            }
            match answer {
                Ok(list) => self.take(LiveEvent::Snapshot(list)),
                Err(ApiFailure::Problem(problem)) => self.take(LiveEvent::Problem(*problem)),
                Err(failure) => {
                    self.waiting.set(false);
                    if self.model.with_value(Option::is_none) {
                        self.phase.set(Phase::Failed(failure));
                    }
                }
            }
        });
    }

    fn take(self, event: LiveEvent) {
        match event {
            LiveEvent::Snapshot(list) => {
                self.filter_problem.set(None);
                self.waiting.set(false);
                self.show(list, false);
                self.phase.set(Phase::Ready);
            }
            LiveEvent::Delta(delta) => {
                let Some(mut list) = self.model.try_update_value(Option::take).flatten() else {
                    return;
                };
                delta.apply_to(&mut list);
                self.show(list, true);
            }
            LiveEvent::Problem(problem) => self.fail(problem),
            LiveEvent::Ended(reason) => {
                self.waiting.set(false);
                self.phase.set(Phase::Ended(reason));
            }
        }
    }

    /// A filter that cannot be read keeps the rows of the last one that could; everything else takes the list's place.
    fn fail(self, problem: Problem) {
        self.waiting.set(false);
        let failure = ApiFailure::Problem(Box::new(problem));
        let about_query = failure.status() == Some(422) || failure.status() == Some(400);
        let order = failure.field_problems().iter().find(|field| field.field == "sort");
        if let Some(order) = order.filter(|_| about_query) {
            self.order_problem.set(Some(order.message.clone()));
        }
        let filter = failure.field_problems().iter().find(|field| field.field != "sort");
        if about_query && (filter.is_some() || order.is_none()) {
            let message = filter.map(filter_sentence);
            self.filter_problem
                .set(Some(message.unwrap_or_else(|| failure.sentence())));
            if self.model.with_value(Option::is_none) {
                self.phase.set(Phase::Ready);
            }
        } else if order.is_none() {
            self.phase.set(Phase::Failed(failure));
        }
    }

    fn show(self, list: ResourceList, changing: bool) {
        let same_columns = self.columns.with_untracked(|columns| **columns == list.columns[..]);
        let before = if same_columns {
            self.widths.get_untracked()
        } else {
            Vec::new()
        };
        let widths = untrack(|| columns::widths(&list.columns, &list.rows, &before));
        if !same_columns {
            self.columns.set(list.columns.clone().into());
        }
        set_if_changed(self.widths, widths);
        set_if_changed(self.total, list.total);
        set_if_changed(self.counts, list.counts.clone());
        set_if_changed(self.coverage, list.clusters.clone());
        self.show_rows(&list.rows, changing && same_columns);
        self.model.set_value(Some(list));
    }

    fn show_rows(self, rows: &[Row], changing: bool) {
        let mut known: HashMap<Arc<str>, LiveRow> = self
            .rows
            .with_untracked(|shown| shown.iter().map(|row| (row.id.clone(), row.clone())).collect());
        let known_before = known.len();
        let next: Vec<LiveRow> = rows
            .iter()
            .map(|row| match known.remove(row.id.as_str()) {
                Some(shown) => {
                    if shown.row.with_untracked(|old| **old != *row) {
                        shown.row.set(Arc::new(row.clone()));
                        if changing {
                            shown.changes.update(|changes| *changes += 1);
                        }
                    }
                    shown
                }
                None => LiveRow {
                    id: row.id.as_str().into(),
                    row: ArcRwSignal::new(Arc::new(row.clone())),
                    changes: ArcRwSignal::new(u32::from(changing)),
                },
            })
            .collect();
        let same = self
            .rows
            .with_untracked(|shown| shown.len() == next.len() && shown.iter().zip(&next).all(|(a, b)| a.id == b.id));
        if !same {
            self.draw(next, known.len() == known_before);
        }
    }

    /// Puts rows on screen; the first of a page that is new as a whole are seen before the others are made.
    fn draw(self, rows: Vec<LiveRow>, all_are_new: bool) {
        let turn = self.drawn.get_value() + 1;
        self.drawn.set_value(turn);
        if all_are_new {
            self.draw_on(rows, 0, turn);
        } else {
            self.rows.set(rows);
        }
    }

    /// Draws a window full of rows after those that were drawn already, and so on, until other rows come.
    fn draw_on(self, rows: Vec<LiveRow>, drawn: usize, turn: u32) {
        if self.drawn.try_get_value() != Some(turn) {
            return;
        }
        let drawn = drawn + rows_in_window(browser::window_height());
        if drawn >= rows.len() {
            self.rows.set(rows);
            return;
        }
        self.rows.set(rows[..drawn].to_vec());
        browser::after_paint(move || self.draw_on(rows, drawn, turn));
    }

    /// Is the list empty although nothing was filtered out?
    pub fn is_empty_of_everything(self) -> bool {
        self.total.get() == 0 && self.counts.with(|counts| counts.iter().all(|count| count.count == 0))
    }
}

/// How many rows a window of this height shows at the most.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 16 and 100"
)]
fn rows_in_window(height: f64) -> usize {
    (height / ROW_HEIGHT).clamp(16.0, 100.0) as usize
}

/// Asks for the list again (after it failed).
#[derive(Clone)]
pub struct Again(ArcTrigger);

impl Again {
    /// Asks again now.
    pub fn now(&self) {
        self.0.notify();
    }
}

fn set_if_changed<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}

/// What is wrong with the filter: the server's words name the place; another language says first what it is about.
fn filter_sentence(problem: &FieldProblem) -> String {
    let about = if problem.field == "labelSelector" {
        i18n::text::list::BAD_SELECTOR
    } else {
        i18n::text::list::empty::BAD_FILTER
    };
    match i18n::language() {
        Language::English => capitalized(&problem.message),
        Language::SimplifiedChinese => {
            i18n::text::problems::WITH_DETAIL.with(&[("sentence", &about.get()), ("detail", &problem.message)])
        }
    }
}

/// The word for a cluster's coverage, translated.
pub fn coverage_sentence(coverage: &ClusterCoverage) -> String {
    use i18n::text::list::coverage as words;
    use muster_api::resource::CoverageState;
    let text = match coverage.state {
        // Nothing is missing, or it comes by itself: the chip beside the heading says so.
        CoverageState::Live | CoverageState::Loading => return String::new(),
        CoverageState::Stale => words::STALE,
        CoverageState::Unreachable => words::UNREACHABLE,
        CoverageState::Forbidden => words::FORBIDDEN,
        CoverageState::NotInstalled => words::NOT_INSTALLED,
    };
    text.with(&[("cluster", &coverage.name)])
}
