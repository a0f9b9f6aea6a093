//! Every text of a table, kept once.

use std::sync::Arc;

use crate::dictionary::{Code, Dictionary};

/// The distinct texts of a table. No text is [`Code::NONE`] and reads as the empty text.
#[derive(Default)]
pub(crate) struct Texts {
    texts: Dictionary<Arc<str>>,
    /// Bytes on the heap behind the texts.
    heap_bytes: usize,
}

/// The two counters that stand before the text of an `Arc`, and what an allocation costs itself.
const OVERHEAD: usize = 2 * size_of::<usize>() + 8;

impl Texts {
    /// The code of a text, if any row says it; the empty text is known to every table.
    pub(crate) fn find(&self, text: &str) -> Option<Code> {
        if text.is_empty() {
            Some(Code::NONE)
        } else {
            self.texts.find(text)
        }
    }

    /// The code of a text with one reference more; the empty text is no text.
    pub(crate) fn acquire(&mut self, text: &str) -> Code {
        self.acquire_with(text, || Arc::from(text))
    }

    /// Like [`Texts::acquire`], but shares the caller's allocation when the text is new.
    pub(crate) fn acquire_shared(&mut self, text: &Arc<str>) -> Code {
        self.acquire_with(text, || Arc::clone(text))
    }

    fn acquire_with(&mut self, text: &str, make: impl FnOnce() -> Arc<str>) -> Code {
        if text.is_empty() {
            return Code::NONE;
        }
        let (code, new) = self.texts.acquire(text, make);
        if new {
            self.heap_bytes += text.len() + OVERHEAD;
        }
        code
    }

    pub(crate) fn release(&mut self, code: Code) {
        if let Some(text) = self.texts.release(code) {
            self.heap_bytes -= text.len() + OVERHEAD;
        }
    }

    pub(crate) fn get(&self, code: Code) -> &str {
        self.texts.get(code).map_or("", |text| text)
    }

    /// A shared handle to a text; none for no text.
    pub(crate) fn share(&self, code: Code) -> Option<Arc<str>> {
        self.texts.get(code).cloned()
    }

    pub(crate) fn bound(&self) -> usize {
        self.texts.bound()
    }

    pub(crate) fn memory_bytes(&self) -> usize {
        self.texts.memory_bytes() + self.heap_bytes
    }
}
