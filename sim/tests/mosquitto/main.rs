//! Simulated devices and measured clients against a real mosquitto.

mod broker;
mod devices;
mod load;
