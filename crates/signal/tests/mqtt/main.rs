//! The broker from outside: real peers over real sockets, and bytes that no honest peer would send.

mod bounds;
mod devices;
mod gate;
mod guide;
mod hostile;
mod lifecycle;
mod peers;
mod raw;
mod support;
mod tls;
