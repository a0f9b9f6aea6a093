//! The OpenAPI document as one page of plain HTML: no script, nothing loaded from anywhere.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest, Sha256};
use utoipa::openapi::OpenApi;

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8885;--quiet:#777}\
body{font:14px/1.5 system-ui,sans-serif;max-width:960px;margin:0 auto;padding:24px}\
h2{margin-top:32px;text-transform:capitalize}\
details{border:1px solid var(--line);border-radius:6px;margin:6px 0;padding:0 12px}\
summary{cursor:pointer;padding:8px 0;overflow-wrap:anywhere}\
code,pre{font:13px/1.5 ui-monospace,monospace}\
pre{overflow:auto;white-space:pre-wrap}\
b{display:inline-block;min-width:60px;font:600 12px ui-monospace,monospace}\
table{border-collapse:collapse;margin:8px 0}\
td,th{border-bottom:1px solid var(--line);padding:4px 12px 4px 0;text-align:left;vertical-align:top}\
p.quiet,span.quiet{color:var(--quiet)}";

/// The page may use its own style and nothing else.
pub(super) fn security_policy() -> String {
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
}

/// The whole page.
pub(super) fn render(document: &OpenApi) -> String {
    let document = serde_json::to_value(document).unwrap_or_default();
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Muster: HTTP interface</title>\
         <style>{STYLE}</style></head><body><h1>Muster: HTTP interface</h1>"
    );
    for paragraph in text(&document["info"]["description"]).split("\n\n") {
        add(&mut page, format_args!("<p>{}</p>", escape(paragraph)));
    }
    page.push_str("<p>As a document for machines: <a href=\"/api/v1/openapi.json\">openapi.json</a></p>");
    for (tag, operations) in by_tag(&document) {
        add(&mut page, format_args!("<h2>{}</h2>", escape(&tag)));
        for (method, path, operation) in operations {
            render_operation(&mut page, &method, &path, operation);
        }
    }
    page.push_str("<h2>Types</h2>");
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        add(
            &mut page,
            format_args!("<details id=\"{0}\"><summary><code>{0}</code> ", escape(name)),
        );
        add(
            &mut page,
            format_args!(
                "<span class=\"quiet\">{}</span></summary>",
                escape(text(&schema["description"]))
            ),
        );
        render_properties(&mut page, schema);
        page.push_str("</details>");
    }
    page.push_str("</body></html>");
    page
}

type Operations<'a> = Vec<(String, String, &'a Value)>;

/// Operations by their first tag, in the order of the document.
fn by_tag(document: &Value) -> Vec<(String, Operations<'_>)> {
    let mut groups: Vec<(String, Operations<'_>)> = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let tag = text(&operation["tags"][0]).to_owned();
            let entry = (method.to_uppercase(), path.clone(), operation);
            match groups.iter_mut().find(|(name, _)| *name == tag) {
                Some((_, operations)) => operations.push(entry),
                None => groups.push((tag, vec![entry])),
            }
        }
    }
    groups
}

fn render_operation(page: &mut String, method: &str, path: &str, operation: &Value) {
    let summary = escape(text(&operation["summary"]));
    add(
        page,
        format_args!(
            "<details><summary><b>{method}</b> <code>{}</code> {summary}</summary>",
            escape(path)
        ),
    );
    let description = text(&operation["description"]);
    if !description.is_empty() {
        add(page, format_args!("<p>{}</p>", escape(description)));
    }
    if operation["security"].is_null() {
        page.push_str("<p class=\"quiet\">Nobody needs to be signed in.</p>");
    }
    if let Some(parameters) = operation["parameters"].as_array() {
        page.push_str("<table><tr><th>Parameter</th><th>in</th><th></th></tr>");
        for parameter in parameters {
            let (name, place) = (escape(text(&parameter["name"])), escape(text(&parameter["in"])));
            let description = escape(text(&parameter["description"]));
            add(
                page,
                format_args!("<tr><td><code>{name}</code></td><td>{place}</td><td>{description}</td></tr>"),
            );
        }
        page.push_str("</table>");
    }
    if let Some(content) = operation["requestBody"]["content"].as_object() {
        for (kind, body) in content {
            add(
                page,
                format_args!("<p>Body ({}): {}</p>", escape(kind), type_of(&body["schema"])),
            );
        }
    }
    page.push_str("<table><tr><th>Answer</th><th></th></tr>");
    for (status, response) in operation["responses"].as_object().into_iter().flatten() {
        let content = response["content"]
            .as_object()
            .and_then(|content| content.values().next());
        let body = content.map(|body| type_of(&body["schema"])).unwrap_or_default();
        let description = escape(text(&response["description"]));
        add(
            page,
            format_args!("<tr><td>{}</td><td>{body} {description}</td></tr>", escape(status)),
        );
    }
    page.push_str("</table></details>");
}

fn render_properties(page: &mut String, schema: &Value) {
    let Some(properties) = schema["properties"].as_object() else {
        add(
            page,
            format_args!(
                "<pre>{}</pre>",
                escape(&serde_json::to_string_pretty(schema).unwrap_or_default())
            ),
        );
        return;
    };
    let required = |name: &str| {
        schema["required"]
            .as_array()
            .is_some_and(|names| names.iter().any(|it| it == name))
    };
    page.push_str("<table><tr><th>Field</th><th>Type</th><th></th></tr>");
    for (name, property) in properties {
        let optional = if required(name) {
            ""
        } else {
            " <span class=\"quiet\">optional</span>"
        };
        let description = escape(text(&property["description"]));
        let (name, kind) = (escape(name), type_of(property));
        add(
            page,
            format_args!("<tr><td><code>{name}</code>{optional}</td><td>{kind}</td><td>{description}</td></tr>"),
        );
    }
    page.push_str("</table>");
}

/// A type in a few words, with links to named ones.
fn type_of(schema: &Value) -> String {
    if let Some(name) = schema["$ref"]
        .as_str()
        .and_then(|reference| reference.rsplit('/').next())
    {
        return format!("<a href=\"#{0}\"><code>{0}</code></a>", escape(name));
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        if let Some(options) = schema[choice].as_array() {
            let named = options.iter().filter(|option| option["type"] != "null");
            return named.map(type_of).collect::<Vec<_>>().join(" or ");
        }
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds
            .iter()
            .filter_map(Value::as_str)
            .filter(|kind| *kind != "null")
            .collect(),
        _ => vec!["anything"],
    };
    if kinds == ["array"] {
        return format!("list of {}", type_of(&schema["items"]));
    }
    if let Some(inner) = schema.get("properties").and_then(|properties| properties.get("items")) {
        return format!("collection: {}", type_of(inner));
    }
    escape(&kinds.join(" or "))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn add(page: &mut String, part: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _never = page.write_fmt(part);
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
