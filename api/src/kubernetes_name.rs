//! Kubernetes' rules for names, labels and image references: the same answer in browser and server.
//!
//! Sources: RFC 1123 and 1035 as Kubernetes narrows them
//! (<https://kubernetes.io/docs/concepts/overview/working-with-objects/names/>), labels
//! (<https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/>).

/// A DNS label (RFC 1123): at most 63 of `a-z 0-9 -`, not beginning or ending with `-`. Namespaces, containers.
pub fn is_dns_label(text: &str) -> bool {
    text.len() <= 63 && is_label_text(text)
}

/// A DNS label that begins with a letter (RFC 1035): Services.
pub fn is_service_name(text: &str) -> bool {
    is_dns_label(text) && text.starts_with(|character: char| character.is_ascii_lowercase())
}

/// A DNS subdomain (RFC 1123): labels joined by dots, at most 253 characters. Most object names.
pub fn is_dns_subdomain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_label_text)
}

fn is_label_text(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// A label's value: empty, or at most 63 letters, digits, `-`, `_`, `.`, beginning and ending with a letter or digit.
pub fn is_label_value(text: &str) -> bool {
    text.is_empty() || is_qualified_part(text)
}

/// A label's key: an optional DNS subdomain and `/`, then a name like a label's value.
pub fn is_label_key(text: &str) -> bool {
    match text.split_once('/') {
        Some((prefix, name)) => is_dns_subdomain(prefix) && is_qualified_part(name),
        None => is_qualified_part(text),
    }
}

fn is_qualified_part(text: &str) -> bool {
    let inside = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    text.len() <= 63 && edge(bytes.first()) && edge(bytes.last()) && bytes.iter().copied().all(inside)
}

/// The name of an environment variable: printable ASCII but `=`, as Kubernetes 1.34 and later take it.
pub fn is_environment_variable_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| (b' '..=b'~').contains(&byte) && byte != b'=')
}

/// A port's name (IANA service name): at most 15 of `a-z 0-9 -`, at least one letter, no `-` at an edge or doubled.
pub fn is_port_name(text: &str) -> bool {
    text.len() <= 15
        && is_label_text(text)
        && !text.contains("--")
        && text.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// Does the text look like an image reference (`[host[:port]/]path[:tag][@digest]`)? The registry has the last word.
pub fn is_image_reference(text: &str) -> bool {
    let (name, digest) = match text.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (text, None),
    };
    if digest.is_some_and(|digest| !is_digest(digest)) {
        return false;
    }
    let (path, tag) = match name.rsplit_once(':') {
        // A colon before the last slash belongs to the host's port.
        Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
        _ => (name, None),
    };
    if tag.is_some_and(|tag| !is_tag(tag)) {
        return false;
    }
    let mut parts = path.split('/').collect::<Vec<_>>();
    let is_host = |part: &str| part.contains(['.', ':']) || part == "localhost";
    if parts.len() > 1 && is_host(parts[0]) {
        let host = parts.remove(0);
        if !is_host_and_port(host) {
            return false;
        }
    }
    name.len() <= 255 && parts.iter().all(|part| is_path_part(part))
}

fn is_digest(text: &str) -> bool {
    text.split_once(':').is_some_and(|(algorithm, hex)| {
        !algorithm.is_empty()
            && algorithm
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+._-".contains(&byte))
            && hex.len() >= 32
            && hex
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    })
}

fn is_tag(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (1..=128).contains(&text.len())
        && text.bytes().next().is_some_and(word)
        && text.bytes().all(|byte| word(byte) || matches!(byte, b'.' | b'-'))
}

fn is_host_and_port(text: &str) -> bool {
    let (host, port) = text
        .split_once(':')
        .map_or((text, None), |(host, port)| (host, Some(port)));
    let host_is_fine = host.split('.').all(|part| is_label_text(&part.to_ascii_lowercase()));
    host_is_fine && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

fn is_path_part(text: &str) -> bool {
    let edge = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let bytes = text.as_bytes();
    edge(bytes.first())
        && edge(bytes.last())
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_kubernetes_takes_are_taken() {
        assert!(is_dns_label("web-1") && is_dns_label("1web"));
        assert!(is_service_name("web-1") && !is_service_name("1web"));
        assert!(is_dns_subdomain("web.example.com"));
        assert!(is_label_key("app.kubernetes.io/name") && is_label_value("") && is_label_value("a_B.c-1"));
        assert!(is_port_name("http-2") && !is_port_name("80"));
    }

    #[test]
    fn names_that_kubernetes_refuses_are_refused() {
        for name in ["", "-web", "web-", "Web", "web_1", "wéb", &"a".repeat(64)] {
            assert!(!is_dns_label(name), "{name}");
        }
        assert!(!is_dns_subdomain("a..b") && !is_dns_subdomain(".a"));
        assert!(!is_label_key("a/b/c") && !is_label_key("/a") && !is_label_value("-a"));
    }

    #[test]
    fn image_references_are_told_from_other_text() {
        let digest = format!("busybox@sha256:{}", "a".repeat(64));
        let fine = [
            "busybox",
            "busybox:1.36",
            "docker.io/library/busybox:latest",
            "localhost:5000/web",
            &digest,
        ];
        for image in fine {
            assert!(is_image_reference(image), "{image}");
        }
        for image in [
            "",
            "Busybox",
            "busy box",
            "web:",
            "web:-1",
            "/web",
            "web/",
            "a@sha256:xyz",
            "https://a/b",
        ] {
            assert!(!is_image_reference(image), "{image}");
        }
    }
}
