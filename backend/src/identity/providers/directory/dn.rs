//! Distinguished names (RFC 4514): are they written rightly, and is one below another?

/// A name in parts, the nearest first, each folded so that two spellings of one name are equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Name(Vec<Vec<(String, Vec<u8>)>>);

impl Name {
    /// Reads a name; none when it is not one. The empty name is the root of a directory.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut rest = text.trim();
        if rest.is_empty() {
            return Some(Self(parts));
        }
        loop {
            let mut part = Vec::new();
            loop {
                let (pair, end, after) = pair(rest)?;
                part.push(pair);
                rest = after;
                if end != Some('+') {
                    part.sort();
                    parts.push(part);
                    if end.is_none() {
                        return Some(Self(parts));
                    }
                    break;
                }
            }
        }
    }

    /// Is it the root of all?
    pub(super) fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Is it `base` or below it?
    pub(super) fn is_within(&self, base: &Self) -> bool {
        self.0.ends_with(&base.0)
    }

    /// The value of the nearest part.
    pub(super) fn first_value(&self) -> Option<String> {
        let (_, value) = self.0.first()?.first()?;
        Some(String::from_utf8_lossy(value).into_owned())
    }
}

type Pair = (String, Vec<u8>);

/// One `type=value`, what ended it (`,`, `+` or the end) and what follows.
fn pair(text: &str) -> Option<(Pair, Option<char>, &str)> {
    let (kind, rest) = text.split_once('=')?;
    let kind = kind.trim();
    let first = kind.chars().next()?;
    let allowed = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '.');
    if !first.is_ascii_alphanumeric() || !kind.chars().all(allowed) {
        return None;
    }
    let (value, end, rest) = value(rest.trim_start())?;
    Some(((kind.to_ascii_lowercase(), value), end, rest))
}

fn value(text: &str) -> Option<(Vec<u8>, Option<char>, &str)> {
    let mut value: Vec<u8> = Vec::new();
    // The length up to the last character that is not a space that was written without a backslash.
    let mut kept = 0;
    let mut characters = text.char_indices();
    while let Some((place, character)) = characters.next() {
        match character {
            ',' | ';' | '+' => {
                let end = if character == '+' { '+' } else { ',' };
                value.truncate(kept);
                return Some((folded(&value), Some(end), &text[place + 1..]));
            }
            '\\' => {
                let (_, next) = characters.next()?;
                if let Some(high) = next.to_digit(16) {
                    let (_, low) = characters.next()?;
                    value.push(u8::try_from(high * 16 + low.to_digit(16)?).ok()?);
                } else if matches!(next, ' ' | '"' | '#' | '+' | ',' | ';' | '<' | '=' | '>' | '\\') {
                    value.extend(next.encode_utf8(&mut [0; 4]).bytes());
                } else {
                    return None;
                }
                kept = value.len();
            }
            '"' | '<' | '>' | '\0' => return None,
            _ => {
                value.extend(character.encode_utf8(&mut [0; 4]).bytes());
                if character != ' ' {
                    kept = value.len();
                }
            }
        }
    }
    value.truncate(kept);
    Some((folded(&value), None, ""))
}

/// Lower case, as directories compare names; bytes that are no text stay as they are.
fn folded(value: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(value) {
        Ok(text) => text
            .to_lowercase()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .into_bytes(),
        Err(_) => value.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(text: &str) -> Name {
        Name::parse(text).unwrap()
    }

    #[test]
    fn two_spellings_of_a_name_are_equal() {
        assert_eq!(name("CN=Doe\\, Jane,OU=People"), name("cn=doe\\2c jane , ou=people"));
        assert_eq!(name("a=1+b=2"), name("b=2+a=1"));
        assert_eq!(name("cn=é"), name("CN=\\c3\\a9"));
        assert_ne!(name("cn=a,ou=b"), name("cn=a\\,ou=b"));
    }

    #[test]
    fn a_name_is_below_its_base_only_by_whole_parts() {
        assert!(name("uid=a,ou=people,dc=test").is_within(&name("OU=People, DC=test")));
        assert!(!name("uid=a,ou=xpeople,dc=test").is_within(&name("ou=people,dc=test")));
        assert!(!name("uid=a\\,ou\\=people\\,dc\\=test").is_within(&name("ou=people,dc=test")));
        assert!(name("dc=test").is_within(&name("")));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in [
            "people",
            "=x",
            "ou=people,",
            "ou=a,,dc=b",
            "cn=a\\",
            "cn=a\\zz",
            "cn=\"a\"",
            "(cn=a)",
            "cn=<a>",
        ] {
            assert_eq!(Name::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_ends_the_reading(text: String) {
            let _ = Name::parse(&text);
        }
    }
}
