//! Pod templates, as the columns of workloads show them.

use super::json::{Many, Text};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Template<'a> {
    #[serde(borrow)]
    spec: TemplateSpec<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct TemplateSpec<'a> {
    #[serde(borrow)]
    containers: Many<Container<'a>>,
    #[serde(borrow)]
    node_selector: super::json::Pairs<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Container<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    image: Text<'a>,
}

impl Template<'_> {
    pub(super) fn containers(&self) -> String {
        self.spec
            .containers
            .iter()
            .map(|container| &*container.name)
            .collect::<Vec<_>>()
            .join(",")
    }

    pub(super) fn images(&self) -> String {
        self.spec
            .containers
            .iter()
            .map(|container| &*container.image)
            .collect::<Vec<_>>()
            .join(",")
    }

    pub(super) fn node_selector(&self) -> String {
        self.spec.node_selector.join()
    }
}

/// A label selector.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Selector<'a> {
    #[serde(borrow)]
    match_labels: super::json::Pairs<'a>,
    #[serde(borrow)]
    match_expressions: Many<Expression<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Expression<'a> {
    #[serde(borrow)]
    key: Text<'a>,
    #[serde(borrow)]
    operator: Text<'a>,
    #[serde(borrow)]
    values: Many<Text<'a>>,
}

impl Selector<'_> {
    /// As kubectl writes it: `a=b,c in (d,e),!f`.
    pub(super) fn text(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        let mut labels: Vec<_> = self.match_labels.iter().collect();
        labels.sort_by(|left, right| left.0.cmp(&right.0));
        parts.extend(labels.iter().map(|(key, value)| format!("{}={}", &**key, &**value)));
        for expression in self.match_expressions.iter() {
            let key = &*expression.key;
            let mut values: Vec<&str> = expression.values.iter().map(|value| &**value).collect();
            values.sort_unstable();
            let values = values.join(",");
            parts.push(match &*expression.operator {
                "In" => format!("{key} in ({values})"),
                "NotIn" => format!("{key} notin ({values})"),
                "DoesNotExist" => format!("!{key}"),
                _ => key.to_owned(),
            });
        }
        parts.join(",")
    }
}
