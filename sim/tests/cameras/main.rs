//! Simulated cameras as clients see them: ffmpeg and a small one of our own.

mod dialogue;
mod ffmpeg;
mod misbehaviour;
mod viewer;
