//! Sentences of the server, as they stand on a page.

/// A message that begins in lower case, as messages of errors do, as a sentence. A first word that is a name
/// (`10.0.0.1`, `deployments.apps`, `kube-apiserver`) stays as it is.
pub fn capitalized(message: &str) -> String {
    let first_word = message.split(' ').next().unwrap_or_default();
    if !first_word
        .chars()
        .all(|character| character.is_alphabetic() || ",'’".contains(character))
    {
        return message.to_owned();
    }
    let mut characters = message.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::capitalized;

    #[test]
    fn a_message_becomes_a_sentence() {
        assert_eq!(capitalized("give the cluster a name"), "Give the cluster a name");
        assert_eq!(capitalized("已被拒绝"), "已被拒绝");
        assert_eq!(capitalized("deployments.apps is taken"), "deployments.apps is taken");
        assert_eq!(capitalized(""), "");
    }
}
