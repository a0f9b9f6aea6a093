//! What is looked for in the audit log, as a condition in SQL: only what is asked for is in it, so that the database finds
//! the index that fits.

use std::fmt::Write as _;

use uuid::Uuid;

/// What is looked for. What is none or empty does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// The user's id.
    pub actor_id: Option<Uuid>,
    /// The user's name in lower case.
    pub actor_key: Option<String>,
    /// One of these actions.
    pub actions: Vec<String>,
    /// The cluster's id.
    pub cluster_id: Option<Uuid>,
    /// The cluster's name, for one that is not registered (any more).
    pub cluster_name: Option<String>,
    /// The namespace.
    pub namespace: Option<String>,
    /// The plural name.
    pub resource: Option<String>,
    /// The object's name.
    pub name: Option<String>,
    /// What came of it, and whether it was allowed.
    pub outcome: Option<(&'static str, &'static str)>,
    /// Not before, in milliseconds.
    pub since: Option<i64>,
    /// Not after, in milliseconds.
    pub until: Option<i64>,
    /// A part of actor, object or reason, in lower case.
    pub text: Option<String>,
}

/// A value in a condition.
pub(super) enum Value {
    Text(String),
    Number(i64),
    Id(Uuid),
}

/// A condition and its values.
pub(super) struct Conditions {
    parts: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    pub(super) fn of(filter: &AuditFilter) -> Self {
        let mut conditions = Self {
            parts: Vec::new(),
            values: Vec::new(),
        };
        let texts = [
            ("actor_key", &filter.actor_key),
            ("cluster_name", &filter.cluster_name),
            ("namespace", &filter.namespace),
            ("resource", &filter.resource),
            ("name", &filter.name),
        ];
        for (column, text) in texts {
            if let Some(text) = text {
                conditions.equal(column, Value::Text(text.clone()));
            }
        }
        for (column, id) in [("actor_id", filter.actor_id), ("cluster_id", filter.cluster_id)] {
            if let Some(id) = id {
                conditions.equal(column, Value::Id(id));
            }
        }
        if let Some((result, decision)) = filter.outcome {
            conditions.equal("result", Value::Text(result.to_owned()));
            conditions.equal("decision", Value::Text(decision.to_owned()));
        }
        if !filter.actions.is_empty() {
            let places: Vec<String> = filter
                .actions
                .iter()
                .map(|action| conditions.place(Value::Text(action.clone())))
                .collect();
            conditions.parts.push(format!("action IN ({})", places.join(", ")));
        }
        for (comparison, time) in [(">=", filter.since), ("<=", filter.until)] {
            if let Some(time) = time {
                let place = conditions.place(Value::Number(time));
                conditions.parts.push(format!("occurred_at {comparison} {place}"));
            }
        }
        if let Some(text) = &filter.text {
            let place = conditions.place(Value::Text(format!("%{}%", literally(text))));
            conditions.parts.push(format!("search LIKE {place} ESCAPE '\\'"));
        }
        conditions
    }

    fn equal(&mut self, column: &str, value: Value) {
        let place = self.place(value);
        self.parts.push(format!("{column} = {place}"));
    }

    /// Only what is older than this.
    pub(super) fn before(&mut self, time: i64, sequence: i64) {
        let time = self.place(Value::Number(time));
        let sequence = self.place(Value::Number(sequence));
        self.parts
            .push(format!("(occurred_at, sequence) < ({time}, {sequence})"));
    }

    /// Takes a value in and gives its place: `$3`.
    pub(super) fn place(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// ` WHERE …`, or nothing.
    pub(super) fn sql(&self) -> String {
        let mut sql = String::new();
        for (index, part) in self.parts.iter().enumerate() {
            let word = if index == 0 { "WHERE" } else { "AND" };
            let _written = write!(sql, " {word} {part}");
        }
        sql
    }

    pub(super) fn values(&self) -> &[Value] {
        &self.values
    }
}

/// A text in which no character means anything to LIKE.
fn literally(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_asked_for_is_in_the_condition() {
        assert_eq!(Conditions::of(&AuditFilter::default()).sql(), "");
        let filter = AuditFilter {
            actor_key: Some("ada".into()),
            actions: vec!["sign-in".into(), "sign-out".into()],
            since: Some(7),
            ..AuditFilter::default()
        };
        let mut conditions = Conditions::of(&filter);
        assert_eq!(
            conditions.sql(),
            " WHERE actor_key = $1 AND action IN ($2, $3) AND occurred_at >= $4"
        );
        assert_eq!(conditions.place(Value::Number(1)), "$5");
    }

    #[test]
    fn what_is_looked_for_is_taken_literally() {
        assert_eq!(literally("50%_\\"), "50\\%\\_\\\\");
    }
}
