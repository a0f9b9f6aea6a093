//! Whatever happens to a table, it answers as a plain list would that is filtered, sorted and cut.

mod asked;
mod generated;
mod model;

use asked::{Asked, asked, filter_text, selector_text};
use generated::{Step, schema, step};
use live_table::{Filter, Row, Table, View};
use model::{Model, without_versions};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

/// When all questions are asked, in the time that the generated rows live in.
const NOW: i64 = 100_000;

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_table_answers_as_a_plain_list_does(
        steps in prop::collection::vec((step(), asked()), 1..40),
    ) {
        let schema = schema();
        let mut table = Table::new(schema.clone());
        let mut model = Model::new(schema);
        for (step, asked) in steps {
            let query = asked.query();
            let before = table.revision();
            let changed = model.apply(&step);
            step.apply(&mut table);
            prop_assert_eq!(table.revision() > before, changed, "the revision grows with visible changes");
            prop_assert_eq!(table.len(), model.rows.len());
            let page = table.query(&query, NOW);
            let (rows, total) = model.answer(&asked, NOW);
            prop_assert_eq!(page.total, total);
            prop_assert_eq!(without_versions(&page.rows), without_versions(&rows));
            if let Some(field) = query.count_by {
                let counted: usize = page.counts.iter().map(|count| count.count).sum();
                prop_assert_eq!(counted, total);
                prop_assert_eq!(page.counts, model.counts(&asked, NOW, field));
            }
        }
    }

    #[test]
    fn deltas_keep_a_copy_equal_to_a_fresh_answer(
        first in asked(),
        steps in prop::collection::vec((prop::collection::vec(step(), 0..4), prop::option::weighted(0.1, asked())), 1..30),
    ) {
        let mut table = Table::new(schema());
        let mut view = View::new(first.query());
        let mut copy: Vec<Row> = Vec::new();
        let (mut total, mut counts) = (0, Vec::new());
        for (at, (changes, other)) in (0..).zip(steps) {
            for step in changes {
                step.apply(&mut table);
            }
            if let Some(other) = other {
                view.set_query(Asked::query(&other));
            }
            let now = NOW + at * 1000;
            let page = table.query(view.query(), now);
            if let Some(delta) = view.refresh(&table, now) {
                prop_assert_eq!(delta.revision, table.revision());
                delta.apply(&mut copy);
                total = delta.total;
                counts = delta.counts.unwrap_or(if view.query().count_by.is_none() { Vec::new() } else { counts });
            }
            prop_assert_eq!(&copy, &page.rows);
            prop_assert_eq!(total, page.total);
            prop_assert_eq!(&counts, &page.counts);
            prop_assert!(view.refresh(&table, now).is_none(), "nothing changed since");
        }
    }

    #[test]
    fn a_filter_reads_back_as_it_prints(text in filter_text()) {
        let schema = schema();
        if let Ok(filter) = Filter::parse(&text, &schema) {
            let printed = filter.to_string();
            prop_assert_eq!(Filter::parse(&printed, &schema), Ok(filter), "{}", printed);
        }
    }

    #[test]
    fn nothing_that_people_type_breaks_the_readers(text in "\\PC{0,60}", column in "[a-z.]{0,8}[=!~<>,\"\\\\ ]{0,6}") {
        let schema = schema();
        for text in [text.clone(), column.clone(), format!("{column}{text}"), format!("restarts{text}")] {
            let length = text.chars().count();
            if let Err(error) = Filter::parse(&text, &schema) {
                prop_assert!((1..=length + 1).contains(&error.position));
            }
            if let Err(error) = live_table::LabelSelector::parse(&text) {
                prop_assert!((1..=length + 1).contains(&error.position));
            }
            let _ = live_table::SortKey::parse_list(&text, &schema);
            let _ = live_table::parse_quantity(&text);
        }
    }

    #[test]
    fn a_label_selector_reads_back_as_it_prints(text in selector_text()) {
        if let Ok(selector) = live_table::LabelSelector::parse(&text) {
            let printed = selector.to_string();
            prop_assert_eq!(live_table::LabelSelector::parse(&printed), Ok(selector), "{}", printed);
        }
    }
}

#[test]
fn a_step_of_every_kind_is_tried() {
    // Guards the generator: a model that never relists proves nothing about relists.
    let mut runner = TestRunner::deterministic();
    let mut kinds = [false; 6];
    for _ in 0..200 {
        let step = step().new_tree(&mut runner).unwrap();
        let kind = match step.current() {
            Step::Upsert(..) => 0,
            Step::Remove(..) => 1,
            Step::Replace(..) => 2,
            Step::RemoveCluster(_) => 3,
            Step::Rename(..) => 4,
            Step::Retain(..) => 5,
        };
        kinds[kind] = true;
    }
    assert_eq!(kinds, [true; 6]);
}
