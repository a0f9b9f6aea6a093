//! A cluster's labels as one line that can be typed: `environment=production, team=shop`.

use std::collections::BTreeMap;

/// The labels as one line.
pub fn write(labels: &BTreeMap<String, String>) -> String {
    let words: Vec<String> = labels
        .iter()
        .map(|(key, value)| {
            if value.is_empty() {
                key.clone()
            } else {
                format!("{key}={value}")
            }
        })
        .collect();
    words.join(", ")
}

/// The labels of a line; a word without `=` is a label with an empty value. The server has the rules of keys and values.
pub fn read(line: &str) -> BTreeMap<String, String> {
    line.split([',', '\n', ' '])
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .map(|word| word.split_once('=').unwrap_or((word, "")))
        .map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let labels = read("team=shop , environment=production\nspot");
        assert_eq!(write(&labels), "environment=production, spot, team=shop");
        assert_eq!(read(&write(&labels)), labels);
        assert_eq!(read(" , "), BTreeMap::new());
    }
}
