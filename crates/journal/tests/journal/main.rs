//! The journal on both engines, from outside.

#[cfg(test)]
mod backup;
#[cfg(test)]
mod bells;
#[cfg(test)]
mod commits;
#[cfg(test)]
mod engines;
#[cfg(test)]
mod erase;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod histories;
#[cfg(test)]
mod in_doubt;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod rebuild;
#[cfg(test)]
mod verify;
