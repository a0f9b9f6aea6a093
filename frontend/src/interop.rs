//! The only room that talks to JavaScript libraries (editor, terminal, charts). Each library is bundled by itself and
//! loaded when it is first needed.

pub mod code_editor;
pub mod terminal;

mod library;
