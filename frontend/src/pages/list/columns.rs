//! Which columns are shown, how wide, under which headings. Pure.

use crate::i18n;
use crate::routes::KindPath;
use muster_api::resource::{Column, ColumnType, Row};
use muster_api::session::Language;
use serde::{Deserialize, Serialize};

/// What a person chose to see of a kind's columns; what is neither shown nor hidden follows the room there is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ColumnChoice {
    /// Ids of columns that were asked for.
    pub shown: Vec<String>,
    /// Ids of columns that were taken away.
    pub hidden: Vec<String>,
}

impl ColumnChoice {
    /// Would the column be shown, room permitting?
    pub fn wants(&self, column: &Column) -> bool {
        if column.id == "name" {
            return true;
        }
        !self.hidden.contains(&column.id) && (column.priority < 3 || self.shown.contains(&column.id))
    }

    /// Shows or hides a column from now on.
    pub fn set(&mut self, column: &Column, wanted: bool) {
        self.shown.retain(|id| *id != column.id);
        self.hidden.retain(|id| *id != column.id);
        if wanted {
            self.shown.push(column.id.clone());
        } else {
            self.hidden.push(column.id.clone());
        }
    }
}

/// The least width of the name's column, which takes all the room that is left.
pub const NAME_WIDTH: f64 = 180.0;
/// In less room than this, the status stands beside the name.
const NARROW_ROOM: f64 = 560.0;
/// For a name longer than this, no column gives way.
const NAME_ROOM: f64 = 320.0;
/// The columns for choosing and for the menu of a row.
pub const EDGE_WIDTH: f64 = 76.0;

/// Which columns would say the same in every row, because the list's place fixes them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fixed {
    /// The list is of one cluster.
    pub cluster: bool,
    /// One namespace is chosen.
    pub namespace: bool,
}

impl Fixed {
    fn covers(self, column: &Column) -> bool {
        (self.cluster && column.id == "cluster") || (self.namespace && column.id == "namespace")
    }
}

/// Indexes of the columns that are shown in this width.
pub fn visible(columns: &[Column], widths: &[f64], room: f64, choice: &ColumnChoice, fixed: Fixed) -> Vec<usize> {
    let mut shown: Vec<usize> = (0..columns.len())
        .filter(|&index| choice.wants(&columns[index]) && !fixed.covers(&columns[index]))
        .collect();
    // People look for the name first, and where little else fits, for the status next.
    let name_leads = name_leads(columns);
    shown.sort_by_key(|&index| match &columns[index] {
        column if column.id == "name" && name_leads => 0,
        column if column.kind == ColumnType::Status && room < NARROW_ROOM => 1,
        _ => 2,
    });
    let width_of = |index: usize, name_gives_way: bool| {
        let width = widths.get(index).copied().unwrap_or(NAME_WIDTH);
        match &columns[index] {
            column if column.id == "name" && name_gives_way => NAME_WIDTH,
            column if column.id == "name" => width.clamp(NAME_WIDTH, NAME_ROOM),
            _ => width,
        }
    };
    let width = |shown: &[usize], name_gives_way: bool| -> f64 {
        let widths = shown.iter().map(|&index| width_of(index, name_gives_way));
        widths.sum::<f64>() + EDGE_WIDTH
    };
    let weight = |index: usize| {
        let column = &columns[index];
        match column.priority {
            _ if column.id == "name" => 0,
            priority if choice.shown.contains(&column.id) => priority.min(1),
            priority => priority,
        }
    };
    // Columns that are nice to have go before a long name is cut; a long name is cut before others go.
    let mut name_gives_way = false;
    while width(&shown, name_gives_way) > room {
        // The least important goes first; of equals, the one furthest to the right that is not the age.
        let least = shown
            .iter()
            .copied()
            .filter(|&index| weight(index) > u8::from(!name_gives_way))
            .max_by_key(|&index| (weight(index), columns[index].id != "age", index));
        let Some(least) = least else {
            if name_gives_way {
                break;
            }
            name_gives_way = true;
            continue;
        };
        shown.retain(|&index| index != least);
    }
    shown
}

/// Does the name tell the objects apart? Where the server writes it after other columns (events), it does not.
pub fn name_leads(columns: &[Column]) -> bool {
    let own = columns
        .iter()
        .find(|column| column.id != "cluster" && column.id != "namespace");
    own.is_none_or(|column| column.id == "name")
}

/// The column that takes all the room that is left: the name, or the message where the name says little.
pub fn is_flexible(columns: &[Column], index: usize) -> bool {
    let has_message = columns.iter().any(|column| column.id == "message");
    let wanted = if !name_leads(columns) && has_message {
        "message"
    } else {
        "name"
    };
    columns.get(index).is_some_and(|column| column.id == wanted)
}

/// Where the time is since which a column without a value goes on.
pub fn since(columns: &[Column], column: &Column) -> Option<usize> {
    let named = column.since.as_ref()?;
    columns.iter().position(|column| column.id == *named)
}

/// How wide a column must be for its heading and these rows; never narrower than `before`, so that a change of a row
/// does not move the columns.
pub fn widths(columns: &[Column], rows: &[Row], before: &[f64]) -> Vec<f64> {
    let wide = |index: usize| {
        let column = &columns[index];
        let cell = |row: &Row| row.cells.get(index).map_or(0.0, |cell| width_of_cell(column, cell));
        let heading = width_of(&title(column)) * 0.95 + 18.0;
        let content = rows.iter().map(cell).fold(0.0, f64::max);
        let most = if column.id == "name" { NAME_ROOM } else { 260.0 };
        let width = (heading.max(content) + 22.0).clamp(56.0, most).ceil();
        width.max(before.get(index).copied().unwrap_or_default())
    };
    (0..columns.len()).map(wide).collect()
}

fn width_of_cell(column: &Column, cell: &serde_json::Value) -> f64 {
    match (column.kind, cell) {
        (ColumnType::Time, _) => 52.0,
        (ColumnType::Status, serde_json::Value::String(text)) => width_of(text) + 20.0,
        (_, serde_json::Value::String(text)) => width_of(text),
        (ColumnType::Quantity, _) => 44.0,
        _ if column.since.is_some() => 52.0,
        (_, serde_json::Value::Number(number)) => width_of(&number.to_string()) + 6.0,
        _ => 10.0,
    }
}

/// About how wide a text of the table's face is: exact enough to keep columns from jumping.
fn width_of(text: &str) -> f64 {
    text.chars()
        .map(|character| if character.is_ascii() { 8.1 } else { 14.0 })
        .sum()
}

/// The heading: the server's, which is kubectl's, in English; translated by id in other languages.
pub fn title(column: &Column) -> String {
    match i18n::language() {
        Language::English => column.title.clone(),
        Language::SimplifiedChinese => i18n::lookup_or("columns", &column.id, &column.title),
    }
}

/// Is the column's content at the right edge (numbers)?
pub fn is_number(column: &Column) -> bool {
    matches!(
        column.kind,
        ColumnType::Number | ColumnType::Quantity | ColumnType::Time
    )
}

/// Where the choice is remembered.
pub fn storage_key(kind: &KindPath) -> String {
    format!("muster.columns.{}", kind.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE_CLUSTER: Fixed = Fixed {
        cluster: true,
        namespace: false,
    };

    fn column(id: &str, priority: u8) -> Column {
        Column {
            id: id.into(),
            title: id.into(),
            kind: ColumnType::Text,
            unit: None,
            priority,
            link: None,
            since: None,
        }
    }

    #[test]
    fn the_least_important_columns_give_way_and_the_name_never_does() {
        let columns = [
            column("cluster", 0),
            column("name", 0),
            column("status", 0),
            column("node", 2),
            column("ip", 1),
            column("qos", 3),
        ];
        let widths = [100.0; 6];
        let ids = |room| -> Vec<&str> {
            let shown = visible(&columns, &widths, room, &ColumnChoice::default(), ONE_CLUSTER);
            shown.into_iter().map(|index| columns[index].id.as_str()).collect()
        };
        assert_eq!(ids(1000.0), ["name", "status", "node", "ip"]);
        assert_eq!(ids(500.0), ["name", "status", "ip"]);
        assert_eq!(ids(100.0), ["name", "status"]);
    }

    #[test]
    fn a_long_name_is_cut_before_an_important_column_goes() {
        let columns = [column("name", 0), column("ready", 1), column("ip", 2)];
        let widths = [320.0, 100.0, 100.0];
        let count = |room| visible(&columns, &widths, room, &ColumnChoice::default(), ONE_CLUSTER).len();
        assert_eq!((count(600.0), count(550.0), count(400.0), count(350.0)), (3, 2, 2, 1));
    }

    #[test]
    fn a_chosen_column_is_shown_and_a_hidden_one_is_not() {
        let columns = [column("name", 0), column("status", 0), column("qos", 3)];
        let mut choice = ColumnChoice::default();
        choice.set(&columns[2], true);
        choice.set(&columns[1], false);
        choice.set(&columns[0], false);
        assert_eq!(visible(&columns, &[100.0; 3], 1000.0, &choice, ONE_CLUSTER), [0, 2]);
    }

    #[test]
    fn a_name_that_says_little_stays_where_the_server_writes_it() {
        let events = [
            column("namespace", 0),
            column("reason", 0),
            column("message", 0),
            column("name", 0),
        ];
        assert!(!name_leads(&events) && is_flexible(&events, 2));
        let pods = [column("namespace", 0), column("name", 0), column("ready", 0)];
        assert!(name_leads(&pods) && is_flexible(&pods, 1));
    }

    #[test]
    fn columns_do_not_shrink_while_a_list_is_open() {
        let columns = [column("status", 0)];
        assert!(widths(&columns, &[], &[180.0])[0] >= 180.0);
    }
}
