//! Muster's browser application: everything between the HTTP API and the person in front of the screen.
//!
//! `ui` is the design system and knows no pages; `pages` are the screens; `state` is what all of them share; `api_client`
//! is the only room that sends requests, `parts` says which pages are loaded only when they are wanted, `interop` the only one that talks to JavaScript libraries; `format` is pure.

pub mod api_client;
pub mod app;
pub mod browser;
pub mod format;
pub mod i18n;
pub mod interop;
pub mod pages;
pub mod parts;
pub mod routes;
pub mod shell;
pub mod state;
pub mod ui;
