//! Just enough of BER (ITU-T X.690, as RFC 4511 §5.1 narrows it) to know that a message of a server is what LDAP says it
//! is, before anything else reads it.
//!
//! The LDAP library ends its task by a panic when an answer has another shape, and reads nested elements by recursion:
//! what passes [`check_message`] has exactly the shapes of RFC 4511, nests no deeper than those, and holds only UTF-8
//! where text belongs.

/// What a server sent is not LDAP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed(pub &'static str);

const INTEGER: u8 = 0x02;
const BOOLEAN: u8 = 0x01;
const OCTETS: u8 = 0x04;
const ENUMERATED: u8 = 0x0a;
pub(super) const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;

/// One element: its tag and what is in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'a> {
    pub tag: u8,
    pub content: &'a [u8],
}

/// The tag, the length of tag and length, and the length of the content; none when more bytes are needed to know.
fn head(bytes: &[u8]) -> Result<Option<(u8, usize, usize)>, Malformed> {
    let (Some(&tag), Some(&first)) = (bytes.first(), bytes.get(1)) else {
        return Ok(None);
    };
    if tag & 0x1f == 0x1f {
        return Err(Malformed("a tag of more than one byte"));
    }
    if first < 0x80 {
        return Ok(Some((tag, 2, usize::from(first))));
    }
    let count = usize::from(first & 0x7f);
    if count == 0 || count > 4 {
        return Err(Malformed("a length that LDAP does not allow"));
    }
    let Some(digits) = bytes.get(2..2 + count) else {
        return Ok(None);
    };
    let length = digits.iter().fold(0, |sum, digit| (sum << 8) | usize::from(*digit));
    Ok(Some((tag, 2 + count, length)))
}

/// How many bytes the message at the front has in all; none when too few are there to know.
pub(super) fn message_length(bytes: &[u8]) -> Result<Option<usize>, Malformed> {
    if bytes.first().is_some_and(|tag| *tag != SEQUENCE) {
        return Err(Malformed("something that is no LDAP message"));
    }
    Ok(head(bytes)?.map(|(_, head, content)| head + content))
}

/// Takes the element at the front.
pub(super) fn take<'a>(bytes: &mut &'a [u8]) -> Result<Element<'a>, Malformed> {
    let cut = Malformed("an element that is cut off");
    let (tag, head, length) = head(bytes)?.ok_or(cut)?;
    let content = bytes.get(head..head + length).ok_or(cut)?;
    *bytes = &bytes[head + length..];
    Ok(Element { tag, content })
}

/// Takes the element at the front, which must have this tag.
pub(super) fn expect<'a>(bytes: &mut &'a [u8], tag: u8) -> Result<&'a [u8], Malformed> {
    let element = take(bytes)?;
    if element.tag == tag {
        Ok(element.content)
    } else {
        Err(Malformed("an element of another kind than LDAP says"))
    }
}

fn text(bytes: &mut &[u8]) -> Result<(), Malformed> {
    let content = expect(bytes, OCTETS)?;
    std::str::from_utf8(content).map_err(|_| Malformed("text that is not UTF-8"))?;
    Ok(())
}

fn number(bytes: &mut &[u8], tag: u8) -> Result<u32, Malformed> {
    let digits = expect(bytes, tag)?;
    if digits.is_empty() || digits.len() > 4 || digits[0] & 0x80 != 0 {
        return Err(Malformed("a number that LDAP does not allow"));
    }
    Ok(digits.iter().fold(0, |sum, digit| (sum << 8) | u32::from(*digit)))
}

/// What a message of a server says, as far as the connection itself must know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Message {
    /// To which request it answers; 0: to none.
    pub id: u32,
    /// The result code, if it is a result.
    pub code: Option<u32>,
    /// How many elements it has, about: each costs memory, however small it is.
    pub elements: usize,
}

/// Checks one whole message.
pub(super) fn check_message(mut bytes: &[u8]) -> Result<Message, Malformed> {
    let mut parts = expect(&mut bytes, SEQUENCE)?;
    let id = number(&mut parts, INTEGER)?;
    let operation = take(&mut parts)?;
    let (code, mut elements) = match operation.tag {
        // bindResponse, searchResultDone, extendedResponse
        0x61 | 0x65 | 0x78 => {
            let (code, elements) = check_result(operation.content)?;
            (Some(code), elements)
        }
        0x64 => (None, check_entry(operation.content)?),
        0x73 => (None, check_texts(operation.content)?),
        // intermediateResponse: nothing in it is read.
        0x79 => (None, check_primitives(operation.content)?),
        _ => return Err(Malformed("an operation that no server sends")),
    };
    if !parts.is_empty() {
        let last = take(&mut parts)?;
        match last.tag {
            0xa0 => elements += check_controls(last.content)?,
            // Active Directory puts the name of its notice of disconnection here.
            0x8a => {}
            _ => return Err(Malformed("an element after the operation that LDAP does not know")),
        }
    }
    if !parts.is_empty() || !bytes.is_empty() {
        return Err(Malformed("bytes after the end of a message"));
    }
    elements += 4;
    Ok(Message { id, code, elements })
}

/// Is the operation of a checked message an extendedResponse?
pub(super) fn is_extended(mut message: &[u8]) -> bool {
    let operation = expect(&mut message, SEQUENCE).and_then(|mut parts| {
        take(&mut parts)?;
        take(&mut parts)
    });
    operation.is_ok_and(|operation| operation.tag == 0x78)
}

fn check_result(mut parts: &[u8]) -> Result<(u32, usize), Malformed> {
    let mut elements = 3;
    let code = number(&mut parts, ENUMERATED)?;
    text(&mut parts)?;
    text(&mut parts)?;
    while !parts.is_empty() {
        let part = take(&mut parts)?;
        elements += 1;
        match part.tag {
            0xa3 => elements += check_texts(part.content)?,
            0x8a => {
                std::str::from_utf8(part.content).map_err(|_| Malformed("text that is not UTF-8"))?;
            }
            0x87 | 0x8b => {}
            _ => return Err(Malformed("a result with a part that LDAP does not know")),
        }
    }
    Ok((code, elements))
}

fn check_entry(mut parts: &[u8]) -> Result<usize, Malformed> {
    let mut elements = 2;
    text(&mut parts)?;
    let mut attributes = expect(&mut parts, SEQUENCE)?;
    while !attributes.is_empty() {
        let mut attribute = expect(&mut attributes, SEQUENCE)?;
        text(&mut attribute)?;
        let mut values = expect(&mut attribute, SET)?;
        elements += 3;
        while !values.is_empty() {
            expect(&mut values, OCTETS)?;
            elements += 1;
        }
    }
    Ok(elements)
}

fn check_texts(mut parts: &[u8]) -> Result<usize, Malformed> {
    let mut elements = 0;
    while !parts.is_empty() {
        text(&mut parts)?;
        elements += 1;
    }
    Ok(elements)
}

fn check_primitives(mut parts: &[u8]) -> Result<usize, Malformed> {
    let mut elements = 0;
    while !parts.is_empty() {
        if take(&mut parts)?.tag & 0x20 != 0 {
            return Err(Malformed("an element of another kind than LDAP says"));
        }
        elements += 1;
    }
    Ok(elements)
}

fn check_controls(mut controls: &[u8]) -> Result<usize, Malformed> {
    let mut elements = 0;
    while !controls.is_empty() {
        let mut parts = expect(&mut controls, SEQUENCE)?;
        text(&mut parts)?;
        let mut next = parts;
        if !parts.is_empty() && take(&mut next)?.tag == BOOLEAN && expect(&mut parts, BOOLEAN)?.is_empty() {
            return Err(Malformed("a truth value without a byte"));
        }
        if !parts.is_empty() {
            expect(&mut parts, OCTETS)?;
        }
        if !parts.is_empty() {
            return Err(Malformed("a control with too many parts"));
        }
        elements += 4;
    }
    Ok(elements)
}

/// The cookie in the value of a paged results control (RFC 2696).
pub(super) fn paging_cookie(mut value: &[u8]) -> Result<Vec<u8>, Malformed> {
    let mut parts = expect(&mut value, SEQUENCE)?;
    expect(&mut parts, INTEGER)?;
    Ok(expect(&mut parts, OCTETS)?.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DONE: &[u8] = b"\x30\x0c\x02\x01\x02\x65\x07\x0a\x01\x00\x04\x00\x04\x00";

    #[test]
    fn a_result_is_understood() {
        assert_eq!(message_length(&DONE[..1]), Ok(None));
        assert_eq!(message_length(DONE), Ok(Some(DONE.len())));
        let message = check_message(DONE).unwrap();
        assert_eq!((message.id, message.code), (2, Some(0)));
    }

    #[test]
    fn what_would_end_the_library_is_refused() {
        let entry_without_utf8 = b"\x30\x0b\x02\x01\x02\x64\x06\x04\x02\xff\xfe\x30\x00";
        assert!(check_message(b"\x30\x00").is_err());
        assert!(check_message(entry_without_utf8).is_err());
        assert!(check_message(b"\x30\x05\x02\x01\x02\x42\x00").is_err());
        assert_eq!(
            message_length(b"\x16\x03"),
            Err(Malformed("something that is no LDAP message"))
        );
        assert!(message_length(b"\x30\x80").is_err());
    }

    #[test]
    fn elements_in_elements_without_end_are_refused_without_following_them() {
        let mut bytes = b"\x02\x01\x02".to_vec();
        bytes.extend([0xa0, 0x80].repeat(100_000));
        let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
        let message = [b"\x30\x84", &length[..], &bytes].concat();
        assert!(check_message(&message).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_end_the_check(bytes: Vec<u8>) {
            let _ = message_length(&bytes);
            let _ = check_message(&bytes);
            let _ = paging_cookie(&bytes);
        }

        #[test]
        fn no_change_of_a_good_message_ends_the_check(place in 0..DONE.len(), byte: u8) {
            let mut bytes = DONE.to_vec();
            bytes[place] = byte;
            let _ = check_message(&bytes);
        }
    }
}
