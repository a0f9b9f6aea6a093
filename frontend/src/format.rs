//! How values are written for people. Pure: the time is a parameter, nothing is read from the browser.

pub mod age;
pub mod number;
pub mod quantity;
pub mod sentence;
pub mod time;
