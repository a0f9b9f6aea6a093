//! What kubeconfigs are taken, and how the others are refused.

use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use rcgen::{CertificateParams, KeyPair};

/// A CA certificate and a private key, base64 of PEM as kubeconfigs hold them.
fn certificate_and_key() -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["kubernetes".into()])
        .unwrap()
        .self_signed(&key)
        .unwrap();
    (STANDARD.encode(certificate.pem()), STANDARD.encode(key.serialize_pem()))
}

/// A kubeconfig with one context called `home`; each part is YAML within its map.
fn kubeconfig(cluster: &str, user: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: home\n\
         contexts:\n- name: home\n  context: {{cluster: c, user: u, namespace: shop}}\n\
         clusters:\n- name: c\n  cluster: {{{cluster}}}\n\
         users:\n- name: u\n  user: {{{user}}}\n"
    )
}

const SERVER: &str = "server: 'https://cluster.example.com:6443'";

fn refusal(text: &str) -> String {
    let refused = Kubeconfig::parse(text).and_then(|kubeconfig| kubeconfig.context(None));
    refused.unwrap_err().to_string()
}

#[test]
fn a_token_a_client_certificate_and_a_password_are_taken() {
    let (certificate, key) = certificate_and_key();
    let cluster = format!("{SERVER}, certificate-authority-data: {certificate}, tls-server-name: kubernetes");
    let users = [
        "token: abc".to_owned(),
        format!("client-certificate-data: {certificate}, client-key-data: {key}"),
        "username: admin, password: secret".to_owned(),
    ];
    for user in users {
        let parsed = Kubeconfig::parse(&kubeconfig(&cluster, &user)).unwrap();
        let context = parsed.context(None).unwrap();
        assert_eq!(
            (context.name.as_str(), context.endpoint.url.as_str()),
            ("home", "https://cluster.example.com:6443")
        );
        assert!(
            context
                .endpoint
                .certificate_authority
                .unwrap()
                .starts_with("-----BEGIN CERTIFICATE-----")
        );
        assert_eq!(context.endpoint.tls_server_name.as_deref(), Some("kubernetes"));
    }
}

#[test]
fn what_would_start_programs_open_files_or_pose_as_others_is_refused_with_what_to_do() {
    let cases = [
        (SERVER, "exec: {apiVersion: v1, command: aws}", "starts a program"),
        (SERVER, "auth-provider: {name: oidc}", "plugin"),
        (
            SERVER,
            "tokenFile: /var/run/token",
            "kubectl config view --flatten --raw",
        ),
        (
            SERVER,
            "client-certificate: a.crt, client-key: a.key",
            "kubectl config view --flatten --raw",
        ),
        (SERVER, "token: a, as: root", "impersonates"),
        (SERVER, "token: a, as-groups: ['system:masters']", "impersonates"),
        (SERVER, "token: a, as-uid: '1'", "impersonates"),
        (SERVER, "{}", "has no credentials"),
        (SERVER, "client-certificate-data: QQ==", "no key"),
        (
            SERVER,
            "client-certificate-data: QQ==, client-key-data: QQ==",
            "not a PEM certificate",
        ),
        (SERVER, "token: 'a b'", "spaces"),
        ("server: 'http://cluster:8080'", "token: a", "http://"),
        ("server: cluster", "token: a", "https://host:6443"),
        ("server: 'https://me:pw@cluster'", "token: a", "use a token"),
        (
            "server: 'https://c', certificate-authority: ca.crt",
            "token: a",
            "names its CA as a file",
        ),
        (
            "server: 'https://c', certificate-authority-data: '%%%'",
            "token: a",
            "not base64",
        ),
        (
            "server: 'https://c', certificate-authority-data: QUJD",
            "token: a",
            "not a PEM certificate",
        ),
        (
            "server: 'https://c', insecure-skip-tls-verify: true",
            "token: a",
            "certificate-authority-data instead",
        ),
        ("server: 'https://c', proxy-url: 'http://p'", "token: a", "directly"),
        (
            "server: 'https://c', tls-server-name: 'a b'",
            "token: a",
            "not a host name",
        ),
        ("{}", "token: a", "has no server address"),
    ];
    for (cluster, user, expected) in cases {
        let cluster = if cluster == "{}" { "" } else { cluster };
        let user = if user == "{}" { "" } else { user };
        let message = refusal(&kubeconfig(cluster, user));
        assert!(
            message.contains(expected) && message.starts_with("context \"home\": "),
            "{user}: {message}"
        );
    }
}

#[test]
fn contexts_are_listed_with_the_reason_when_they_cannot_be_used() {
    let text = format!(
        "kind: Config\ncurrent-context: good\n\
         contexts:\n- {{name: good, context: {{cluster: c, user: u}}}}\n\
         - {{name: lost, context: {{cluster: gone, user: u}}}}\n\
         - {{name: nobody, context: {{cluster: c, user: gone}}}}\n\
         - {{name: plugin, context: {{cluster: c, user: e}}}}\n- {{name: empty}}\n\
         clusters:\n- {{name: c, cluster: {{{SERVER}}}}}\n\
         users:\n- {{name: u, user: {{token: a}}}}\n- {{name: e, user: {{exec: {{command: x}}}}}}\n"
    );
    let contexts = Kubeconfig::parse(&text).unwrap().contexts();
    let problems: Vec<_> = contexts
        .iter()
        .map(|context| (context.name.as_str(), context.current, context.problem.is_some()))
        .collect();
    assert_eq!(
        problems,
        [
            ("good", true, false),
            ("lost", false, true),
            ("nobody", false, true),
            ("plugin", false, true),
            ("empty", false, true)
        ]
    );
    assert_eq!(contexts[0].server.as_deref(), Some("https://cluster.example.com:6443"));
    assert!(
        contexts[1]
            .problem
            .as_ref()
            .unwrap()
            .message
            .contains("\"gone\", which is not in the file")
    );
}

#[test]
fn a_missing_or_unknown_context_is_told_with_those_that_there_are() {
    let text = kubeconfig(SERVER, "token: a").replace("current-context: home\n", "");
    let parsed = Kubeconfig::parse(&text).unwrap();
    assert!(parsed.context(None).unwrap_err().to_string().contains("(home)"));
    assert!(
        parsed
            .context(Some("work"))
            .unwrap_err()
            .to_string()
            .contains("it has: home")
    );
    assert!(parsed.context(Some("home")).is_ok());
}

#[test]
fn names_that_are_there_twice_are_not_guessed_between() {
    let twice = kubeconfig(SERVER, "token: a") + "- name: u\n  user: {token: b}\n";
    assert!(refusal(&twice).contains("more than one user"), "{}", refusal(&twice));
}

#[test]
fn broken_text_is_told_with_line_and_column_and_never_with_a_credential() {
    let cases = [
        "kind: Config\ncontexts: [\n",
        "kind: Config\nusers:\n- name: u\n  user:\n    token: hunter2\n   password: hunter2\n",
        "kind: Config\nusers:\n- name: u\n  user: hunter2\n",
        "kind: Config\nusers: hunter2\n",
        "kind: Config\nusers:\n- {name: u, user: {token: hunter2, token: hunter2}}\n",
        "kind: Config\nusers:\n- {name: u, user: {token: {hunter2: hunter2}}}\n",
        "a\n---\nb\n",
        "\"hunter2",
        "\u{0}\u{1}",
    ];
    for text in cases {
        let message = refusal(text);
        assert!(message.starts_with("line "), "{text:?}: {message}");
        assert!(!message.contains("hunter2"), "{message}");
    }
}

#[test]
fn empty_huge_and_other_files_are_told_apart() {
    assert_eq!(Kubeconfig::parse(" \n\t").err(), Some(KubeconfigError::Empty));
    assert_eq!(
        Kubeconfig::parse(&"x".repeat(10_000_000)).err(),
        Some(KubeconfigError::TooLarge(10_000_000))
    );
    assert!(refusal("apiVersion: v1\nkind: Pod\nmetadata: {name: x}\n").contains("\"Pod\""));
    assert!(refusal("apiVersion: v1\nkind: Config\n").contains("no contexts"));
}

#[test]
fn text_that_unfolds_without_end_is_refused_at_once() {
    let mut text = String::from("kind: Config\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let before = level - 1;
        let aliases = vec![format!("*a{before}"); 10].join(", ");
        text += &[
            "a",
            &level.to_string(),
            ": &a",
            &level.to_string(),
            " [",
            &aliases,
            "]\n",
        ]
        .concat();
    }
    assert!(refusal(&text).starts_with("line "));
    assert!(refusal(&"[".repeat(100_000)).starts_with("line "));
    assert!(refusal(&"{a: ".repeat(100_000)).starts_with("line "));
}

#[test]
fn json_is_taken_too() {
    let text = r#"{"kind":"Config","current-context":"a","contexts":[{"name":"a","context":{"cluster":"a","user":"a"}}],
        "clusters":[{"name":"a","cluster":{"server":"https://[::1]:6443/k8s/"}}],"users":[{"name":"a","user":{"token":"t"}}]}"#;
    let context = Kubeconfig::parse(text).unwrap().context(None).unwrap();
    assert_eq!(context.endpoint.url, "https://[::1]:6443/k8s");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".{0,400}") {
        let _ = Kubeconfig::parse(&text).map(|kubeconfig| kubeconfig.contexts());
    }

    #[test]
    fn no_damage_to_a_kubeconfig_makes_it_panic(place in 0usize..300, junk in ".{0,6}", cut in 0usize..40) {
        let mut text = kubeconfig(SERVER, "token: abc, exec: {command: x}");
        let start = (0..=place.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        let end = (start..=(start + cut).min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        text.replace_range(start..end, &junk);
        let _ = Kubeconfig::parse(&text).map(|kubeconfig| (kubeconfig.contexts(), kubeconfig.context(None).is_ok()));
    }
}
