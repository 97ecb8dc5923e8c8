//! `build`: what is shipped, one release binary with the UI inside.

use crate::{
    place::{cargo, release_binary},
    setup,
    steps::Steps,
    ui,
};
use anyhow::{Context as _, Result};

/// Runs the task.
pub fn run() -> Result<()> {
    setup::ensure(setup::TO_BUILD)?;
    let mut steps = Steps::default();
    let ready = ui::install(&mut steps)? && ui::build(&mut steps)?;
    if ready {
        steps.run(
            "cargo build --release",
            &mut cargo(&["build", "--quiet", "--release", "--locked", "--package", "liengia-node"]),
        )?;
    }
    steps.end()?;
    let binary = release_binary();
    let size = binary.metadata().with_context(|| format!("{} is not there", binary.display()))?.len();
    println!("{}: {} MB", binary.display(), tenths_of_mb(size));
    Ok(())
}

/// Bytes as megabytes with one decimal.
fn tenths_of_mb(bytes: u64) -> String {
    let tenths = bytes.div_ceil(100_000);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::tenths_of_mb;

    #[test]
    fn a_size_is_never_told_smaller_than_it_is() {
        assert_eq!(tenths_of_mb(24_010_000), "24.1");
        assert_eq!(tenths_of_mb(900_000), "0.9");
    }
}
