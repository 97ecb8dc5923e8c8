//! The register on both engines, from outside.

#[cfg(test)]
mod acts;
#[cfg(test)]
mod erasure;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod neighbours;
#[cfg(test)]
mod occupants;
#[cfg(test)]
mod reading;
