//! What a shell shows, as it goes by in a connection that is passed on: the bytes of WebSocket frames (RFC 6455, section
//! 5.2) from an API server, whose messages begin with the number of a channel (`v4.channel.k8s.io` and its kin).

use http::HeaderValue;

/// Standard output and standard error.
const SHOWN: [u8; 2] = [1, 2];
/// The protocols whose messages are as this reads them. Others write bytes as text.
const READABLE: [&str; 5] = [
    "v5.channel.k8s.io",
    "v4.channel.k8s.io",
    "v3.channel.k8s.io",
    "v2.channel.k8s.io",
    "channel.k8s.io",
];

/// Can what is shown in a connection of this protocol (`Sec-WebSocket-Protocol` of the answer) be read?
pub fn is_readable(protocol: Option<&HeaderValue>) -> bool {
    protocol.is_some_and(|protocol| {
        READABLE
            .iter()
            .any(|readable| protocol.as_bytes() == readable.as_bytes())
    })
}

/// Reads what is shown out of what an API server sends, in whatever parts it comes.
#[derive(Debug, Default)]
pub struct Shown {
    /// The beginning of a frame whose head is not whole yet.
    head: Vec<u8>,
    /// Of the frame that is being read, so much of the payload is to come.
    left: u64,
    /// Is that frame a ping or the like, in between the frames of messages?
    is_control: bool,
    /// The channel of the message; none before its first byte.
    channel: Option<u8>,
    /// Does the message end with this frame?
    is_last: bool,
}

impl Shown {
    /// What is shown by the next bytes.
    pub fn read(&mut self, mut bytes: &[u8]) -> Vec<u8> {
        let mut shown = Vec::new();
        while !bytes.is_empty() {
            if self.left == 0 {
                bytes = self.read_head(bytes);
                continue;
            }
            let taken = usize::try_from(self.left).map_or(bytes.len(), |left| left.min(bytes.len()));
            let (mut part, rest) = bytes.split_at(taken);
            bytes = rest;
            self.left -= taken as u64;
            if !self.is_control {
                if self.channel.is_none()
                    && let Some((channel, rest)) = part.split_first()
                {
                    self.channel = Some(*channel);
                    part = rest;
                }
                if self.channel.is_some_and(|channel| SHOWN.contains(&channel)) {
                    shown.extend_from_slice(part);
                }
            }
            self.end_of_frame();
        }
        shown
    }

    /// Takes bytes until the frame's head is whole, and gives those behind it.
    fn read_head<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        for (place, byte) in bytes.iter().enumerate() {
            self.head.push(*byte);
            let Some(length) = payload_length(&self.head) else {
                continue;
            };
            let first = self.head.first().copied().unwrap_or_default();
            self.is_control = first & 0x08 != 0;
            if !self.is_control {
                self.is_last = first & 0x80 != 0;
            }
            self.left = length;
            self.head.clear();
            self.end_of_frame();
            return bytes.get(place + 1..).unwrap_or_default();
        }
        &[]
    }

    fn end_of_frame(&mut self) {
        if self.left == 0 && !self.is_control && self.is_last {
            self.channel = None;
        }
    }
}

/// The length of a frame's payload; none while its head is not whole. Servers do not mask.
fn payload_length(head: &[u8]) -> Option<u64> {
    let more = |count: usize| {
        let bytes = head.get(2..2 + count)?;
        Some(bytes.iter().fold(0, |length, byte| length << 8 | u64::from(*byte)))
    };
    match head.get(1)? & 0x7f {
        126 => more(2),
        127 => more(8),
        length => Some(u64::from(length)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame as servers send it.
    fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
        let mut frame = vec![first];
        match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
            (Ok(length @ ..126), _) => frame.push(length),
            (_, Ok(length)) => {
                frame.push(126);
                frame.extend(length.to_be_bytes());
            }
            _ => {
                frame.push(127);
                frame.extend((payload.len() as u64).to_be_bytes());
            }
        }
        frame.extend_from_slice(payload);
        frame
    }

    #[test]
    fn what_is_shown_is_read_in_whatever_parts_it_comes() {
        let long = [&[1][..], &[b'x'; 300]].concat();
        let longer = [vec![2], vec![b'y'; 70_000]].concat();
        let sent = [
            frame(0x82, b"\x01$ "),
            // Errors of the program's end, and nothing at all.
            frame(0x82, b"\x03{}"),
            frame(0x82, b""),
            // A message of three frames, with a ping in between.
            frame(0x02, b"\x01one "),
            frame(0x89, b"\x01ping"),
            frame(0x00, b""),
            frame(0x80, b"two"),
            frame(0x82, &long),
            frame(0x82, &longer),
            frame(0x88, b"\x03\xe8"),
        ]
        .concat();
        let expected = [b"$ one two".to_vec(), vec![b'x'; 300], vec![b'y'; 70_000]].concat();
        for size in [1, 2, 7, 1000, sent.len()] {
            let mut shown = Shown::default();
            let parts = sent.chunks(size).flat_map(|part| shown.read(part));
            assert!(parts.eq(expected.iter().copied()), "in parts of {size}");
        }
    }

    #[test]
    fn only_protocols_that_send_bytes_can_be_read() {
        let readable = |protocol: &'static str| is_readable(Some(&HeaderValue::from_static(protocol)));
        assert!(readable("v5.channel.k8s.io") && readable("channel.k8s.io"));
        assert!(!readable("base64.channel.k8s.io") && !is_readable(None));
    }
}
