//! What a list asks for, checked against what the kind has: every problem names the parameter and, in a filter, the place.

use super::columns::Layout;
use crate::clusters::ClusterError;
use live_table::{Field, Filter, LabelSelector, Query, Scope, SortKey};
use muster_api::problem::FieldProblem;
use muster_api::resource::{MAX_PAGE_SIZE, ResourceQuery};

/// Why a list cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// No cluster has such a kind.
    #[error("no cluster has the kind {0}")]
    UnknownKind(String),
    /// A named cluster is not there.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// The query is wrong.
    #[error("{} parameters are wrong", .0.len())]
    Invalid(Vec<FieldProblem>),
}

/// A checked query.
#[derive(Debug)]
pub struct Prepared {
    /// The page.
    pub page: Query,
    /// Every row in scope, whatever the filter: what is counted by status.
    pub in_scope: Query,
}

/// Checks what does not depend on the kind: the page and its size.
pub fn check_page(query: &ResourceQuery) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    if query.page == 0 {
        problems.push(FieldProblem::new("page", "out-of-range", "page begins with 1"));
    }
    if !(1..=MAX_PAGE_SIZE).contains(&query.page_size) {
        problems.push(FieldProblem::new(
            "pageSize",
            "out-of-range",
            format!("pageSize is 1 to {MAX_PAGE_SIZE}"),
        ));
    }
    problems
}

/// Checks a query against the columns of its kind. `scope` is what may be seen of it.
pub fn prepare(query: &ResourceQuery, layout: &Layout, scope: Scope) -> Result<Prepared, Vec<FieldProblem>> {
    let mut problems = check_page(query);
    let schema = layout.schema();
    let filter = Filter::parse(&query.filter, schema).unwrap_or_else(|error| {
        problems.push(FieldProblem::new("filter", "malformed", error.to_string()));
        Filter::default()
    });
    let labels = LabelSelector::parse(&query.label_selector).unwrap_or_else(|error| {
        problems.push(FieldProblem::new("labelSelector", "malformed", error.to_string()));
        LabelSelector::default()
    });
    let sort = SortKey::parse_list(&query.sort, schema).unwrap_or_else(|error| {
        problems.push(FieldProblem::new("sort", "unknown-column", error.to_string()));
        Vec::new()
    });
    if !problems.is_empty() {
        return Err(problems);
    }
    // Objects of the whole cluster are in no namespace: choosing namespaces does not hide them.
    let scope = if query.namespaces.is_empty() || !layout.is_namespaced() {
        scope
    } else {
        scope.in_namespaces(query.namespaces.iter().map(String::as_str))
    };
    let in_scope = Query {
        labels,
        scope,
        ..Query::default()
    };
    let page_size = query.page_size as usize;
    Ok(Prepared {
        page: Query {
            filter,
            sort: if sort.is_empty() { usual_order(layout) } else { sort },
            offset: (query.page as usize - 1).saturating_mul(page_size),
            limit: page_size,
            ..in_scope.clone()
        },
        in_scope,
    })
}

/// Events are read newest first; everything else by name.
fn usual_order(layout: &Layout) -> Vec<SortKey> {
    match layout.cell("last-seen") {
        Some(place) => vec![SortKey {
            field: Field::Cell(place),
            descending: false,
        }],
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::columns::column;
    use muster_api::resource::ColumnType;

    fn problems(change: impl FnOnce(&mut ResourceQuery)) -> Vec<String> {
        let own = vec![column("restarts", "Restarts", ColumnType::Number)];
        let mut query = ResourceQuery::of("core", "v1", "pods");
        change(&mut query);
        match prepare(&query, &Layout::new(own, true), Scope::everything()) {
            Ok(_) => Vec::new(),
            Err(problems) => problems
                .into_iter()
                .map(|problem| format!("{}: {}", problem.field, problem.message))
                .collect(),
        }
    }

    #[test]
    fn every_wrong_parameter_is_named_with_what_is_allowed() {
        assert_eq!(problems(|_| {}), Vec::<String>::new());
        let wrong = problems(|query| {
            query.page = 0;
            query.page_size = 501;
            query.sort = "-restart".into();
            query.filter = "name~a restart>3".into();
        });
        assert_eq!(wrong.len(), 4, "{wrong:?}");
        assert_eq!(wrong[0], "page: page begins with 1");
        assert_eq!(wrong[1], "pageSize: pageSize is 1 to 500");
        assert!(
            wrong[2].starts_with("filter: at character 8") && wrong[2].contains("restarts"),
            "{wrong:?}"
        );
        assert!(
            wrong[3].starts_with("sort: ") && wrong[3].contains("restarts"),
            "{wrong:?}"
        );
    }
}
