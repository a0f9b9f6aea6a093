//! Turns the texts of `locales/` into Rust constants: a text that is missing in one language, or used by a wrong name, does not compile.
//!
//! `locales/<language>/<area>.json` holds nested objects of texts. `locales/en/list.json` with `{"empty": {"title": "…"}}`
//! becomes `text::list::empty::TITLE`. A pair `rows_one` and `rows_other` becomes one plural, `text::list::ROWS`; a
//! language without a form for one (Chinese) has `rows_other` alone.
//!
//! The server's own sentences (`muster_api::said`) are in English there, and come with every answer: `said.json` holds
//! them in the other language only. They are looked up by their code, and have no constants.

use muster_api::said;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const LANGUAGES: [&str; 2] = ["en", "zh-CN"];
/// The area of the server's own sentences.
const SAID: &str = "said";

/// The texts of one language by key (`list.empty.title`).
type Texts = BTreeMap<String, String>;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=locales");
    println!("cargo:rerun-if-changed=build.rs");
    let folder = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("locales");
    let mut english = read(&folder.join(LANGUAGES[0]))?;
    let mut chinese = read(&folder.join(LANGUAGES[1]))?;
    english.extend(sentences());
    complete_plurals(&mut english);
    complete_plurals(&mut chinese);
    compare(&english, &chinese)?;
    // English has them from the server.
    for (key, text) in &mut english {
        if is_said(key) {
            text.clear();
        }
    }
    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("texts.rs");
    std::fs::write(out, source(&english, &chinese)?)?;
    Ok(())
}

fn read(folder: &Path) -> Result<Texts, Box<dyn Error>> {
    let mut texts = Texts::new();
    for entry in std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        println!("cargo:rerun-if-changed={}", path.display());
        let area = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default()
            .to_owned();
        let value: Value = serde_json::from_str(&std::fs::read_to_string(&path)?)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        collect(&value, &area, &mut texts)?;
    }
    Ok(texts)
}

/// The server's own sentences, those that count something as a pair.
fn sentences() -> Texts {
    let key = |code: &str, form: &str| format!("{SAID}.{code}{form}");
    let texts = said::all().flat_map(|sentence| match sentence.one {
        Some(one) => vec![
            (key(sentence.code, "_one"), one.to_owned()),
            (key(sentence.code, "_other"), sentence.other.to_owned()),
        ],
        None => vec![(key(sentence.code, ""), sentence.other.to_owned())],
    });
    texts.collect()
}

fn is_said(key: &str) -> bool {
    key.starts_with("said.")
}

fn collect(value: &Value, key: &str, texts: &mut Texts) -> Result<(), String> {
    match value {
        Value::Object(members) => members
            .iter()
            .try_for_each(|(name, member)| collect(member, &format!("{key}.{name}"), texts)),
        Value::String(text) if !text.is_empty() => {
            texts.insert(key.to_owned(), text.clone());
            Ok(())
        }
        _ => Err(format!("{key} must be a text that is not empty, or an object of texts")),
    }
}

/// A language that has only the general form uses it for one, too.
fn complete_plurals(texts: &mut Texts) {
    let missing: Vec<(String, String)> = texts
        .iter()
        .filter_map(|(key, text)| Some((format!("{}_one", key.strip_suffix("_other")?), text.clone())))
        .filter(|(key, _)| !texts.contains_key(key))
        .collect();
    texts.extend(missing);
}

fn compare(english: &Texts, chinese: &Texts) -> Result<(), String> {
    let names = |texts: &Texts| texts.keys().cloned().collect::<BTreeSet<_>>();
    let (english_names, chinese_names) = (names(english), names(chinese));
    let missing: Vec<String> = english_names
        .difference(&chinese_names)
        .map(|key| format!("locales/zh-CN lacks {key}"))
        .chain(
            chinese_names
                .difference(&english_names)
                .map(|key| format!("locales/en lacks {key}")),
        )
        .chain(english.iter().filter_map(|(key, text)| {
            let other = chinese.get(key)?;
            // A language without a form for one has the count in it.
            let differ = said::places(text) != said::places(other) && !(is_said(key) && key.ends_with("_one"));
            differ.then(|| format!("{key} has other placeholders in zh-CN"))
        }))
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(missing.join("\n"))
    }
}

/// A tree of modules and constants, and the texts in the order of the constants' numbers.
#[derive(Default)]
struct Module {
    modules: BTreeMap<String, Module>,
    constants: Vec<(String, String)>,
}

fn source(english: &Texts, chinese: &Texts) -> Result<String, Box<dyn Error>> {
    let number: BTreeMap<&str, usize> = english
        .keys()
        .enumerate()
        .map(|(index, key)| (key.as_str(), index))
        .collect();
    let mut root = Module::default();
    for (key, text) in english.iter().filter(|(key, _)| !is_said(key)) {
        let index = number[key.as_str()];
        let mut parts: Vec<&str> = key.split('.').collect();
        let name = parts.pop().unwrap_or_default();
        let module = parts.iter().fold(&mut root, |module, part| {
            module.modules.entry(identifier(part)).or_default()
        });
        let (name, value) = if name.ends_with("_one") {
            continue;
        } else if let Some(stem) = name.strip_suffix("_other") {
            let one = number[format!("{}_one", key.trim_end_matches("_other")).as_str()];
            (stem, format!("Plural = Plural::new({one}, {index})"))
        } else {
            (name, format!("Text = Text::new({index})"))
        };
        let comment = text.replace('\n', " ");
        module
            .constants
            .push((identifier(name).to_uppercase(), format!("{value}; // {comment}")));
    }
    let mut out = String::new();
    write_array(&mut out, "KEYS", english.keys())?;
    write_array(&mut out, "ENGLISH", english.values())?;
    write_array(&mut out, "CHINESE", chinese.values())?;
    writeln!(out, "/// Every text by its key, one module an area.\npub mod text {{")?;
    write_module(&mut out, &root, 1)?;
    writeln!(out, "}}")?;
    Ok(out)
}

fn write_array<'a>(
    out: &mut String,
    name: &str,
    texts: impl Iterator<Item = &'a String>,
) -> Result<(), std::fmt::Error> {
    writeln!(out, "static {name}: &[&str] = &[")?;
    for text in texts {
        writeln!(out, "    {text:?},")?;
    }
    writeln!(out, "];")
}

fn write_module(out: &mut String, module: &Module, depth: usize) -> Result<(), std::fmt::Error> {
    let indent = "    ".repeat(depth);
    writeln!(
        out,
        "{indent}#[allow(unused_imports, reason = \"an area may have no plurals\")]"
    )?;
    writeln!(out, "{indent}use super::{{Plural, Text}};")?;
    for (name, value) in &module.constants {
        writeln!(
            out,
            "{indent}#[doc = \"A text of the page.\"]\n{indent}pub const {name}: {value}"
        )?;
    }
    for (name, inner) in &module.modules {
        writeln!(out, "{indent}#[doc = \"Texts.\"]\n{indent}pub mod {name} {{")?;
        write_module(out, inner, depth + 1)?;
        writeln!(out, "{indent}}}")?;
    }
    Ok(())
}

/// A key's part as a Rust name: dashes become underscores, a leading digit or a keyword gets one in front or behind.
fn identifier(part: &str) -> String {
    let name: String = part
        .chars()
        .map(|character| {
            if character.is_ascii_alphanumeric() {
                character.to_ascii_lowercase()
            } else {
                '_'
            }
        })
        .collect();
    match name.as_str() {
        "type" | "use" | "move" | "match" | "ref" | "static" | "self" | "in" | "for" | "loop" | "where" | "as" => {
            format!("{name}_")
        }
        _ if name.starts_with(|first: char| first.is_ascii_digit()) => format!("_{name}"),
        _ => name,
    }
}
