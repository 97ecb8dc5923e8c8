//! The machine and its processes, as the kernel tells of them.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

/// What the measurements ran on.
pub fn told() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model =
        cpu.lines().find_map(|line| line.strip_prefix("model name")).and_then(|line| line.split(": ").nth(1));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = read("/proc/meminfo");
    let kilobytes = memory.lines().find_map(|line| line.strip_prefix("MemTotal:")).and_then(first_number);
    let load = read("/proc/loadavg");
    format!(
        "{cores} cores of {}, {:.0} GB, Linux {}; load average at the end {}",
        model.unwrap_or("an unnamed processor").trim(),
        kilobytes.unwrap_or(0.0) / 1e6,
        read("/proc/sys/kernel/osrelease").trim(),
        load.split_whitespace().next().unwrap_or("unknown"),
    )
}

fn first_number(text: &str) -> Option<f64> {
    text.split_whitespace().next()?.parse().ok()
}

/// Kilobytes (1,024 bytes) of memory that a process holds.
pub fn resident_kb(process: u32) -> f64 {
    status_of(process, "VmRSS:")
}

/// From now on the most that this process holds counts from here.
pub fn forget_peak() -> std::io::Result<()> {
    fs::write("/proc/self/clear_refs", "5")
}

/// The most that it ever held.
pub fn peak_kb(process: u32) -> f64 {
    status_of(process, "VmHWM:")
}

fn status_of(process: u32, name: &str) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    status.lines().find_map(|line| line.strip_prefix(name)).and_then(first_number).unwrap_or(0.0)
}

/// Processor time that a process has used.
pub fn cpu(process: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    // In hundredths of a second: user and system time are the 14th and 15th of all fields.
    let ticks = after_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok());
    Duration::from_millis(ticks.sum::<u64>() * 10)
}

/// A count as a number to divide by.
#[expect(clippy::cast_precision_loss, reason = "what is counted here stays far below 2^52")]
pub fn real(count: u64) -> f64 {
    count as f64
}

/// A folder of this run beside the program, and so on a disk that keeps what is flushed; gone when this is dropped.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// An empty folder.
    pub fn new(name: &str) -> io::Result<Self> {
        let program = std::env::current_exe()?;
        let beside = program.parent().unwrap_or(Path::new("."));
        let folder = Self(beside.join(format!("bench-{name}-{}", std::process::id())));
        drop(fs::remove_dir_all(&folder.0));
        fs::create_dir_all(&folder.0)?;
        Ok(folder)
    }
}

impl std::ops::Deref for Folder {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed now is removed by hand.
        drop(fs::remove_dir_all(&self.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_tells_of_this_process() {
        assert!(resident_kb(std::process::id()) > 100.0);
        assert!(told().contains(" cores of "), "{}", told());
        let _ = cpu(std::process::id());
    }
}
