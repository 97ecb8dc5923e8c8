//! Runs cameras: `cargo run --release -p liengia-sim --example cameras -- 0.0.0.0:8554 [cameras] [pictures a second] [user:password]`.

use liengia_kernel::SystemClock;
use liengia_sim::camera::{Camera, Cameras, Setup};
use std::{error::Error, net::SocketAddr, sync::Arc, thread};

/// Hours that local time is ahead of UTC.
const UTC_OFFSET: i8 = 7;

fn main() -> Result<(), Box<dyn Error>> {
    let argument = |n: usize| std::env::args().nth(n);
    let listen: SocketAddr = argument(1).unwrap_or_else(|| "127.0.0.1:8554".to_owned()).parse()?;
    let count: u64 = argument(2).map_or(Ok(4), |text| text.parse())?;
    let rate: u32 = argument(3).map_or(Ok(15), |text| text.parse())?;
    let user =
        argument(4).and_then(|text| text.split_once(':').map(|(user, secret)| (user.into(), secret.into())));
    let cameras = (1..=count).map(|n| Camera { rate, ..Camera::new(format!("CAM {n}"), n) }).collect();
    let setup = Setup { listen, cameras, user, utc_offset: UTC_OFFSET };
    let cameras = Cameras::start(setup, Arc::new(SystemClock::new()))?;
    for n in 0..usize::try_from(count)? {
        println!("{0}  {0}/sub", cameras.url(n));
    }
    loop {
        thread::park();
    }
}
