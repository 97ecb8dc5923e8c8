//! The house style, as far as a machine can see it. One file a rule; each shows the bad example that it finds.

mod ci;
mod comments;
mod hosts;
mod lengths;
mod links;
mod manifests;
mod migrations;
mod panics;
mod pure;
mod queues;
mod reasons;
mod sleeps;
mod words;
