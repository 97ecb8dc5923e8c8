//! A believable neighbourhood from a seed: places, homes, people, teams, devices.
//!
//! Promises: the same seed gives the same sample, to the last id; every text is in normal form C; nobody and no
//! place in it exists, and no phone number in it can be dialled. It never reads a clock and does no I/O.

mod chance;
mod civic;
mod commune;
mod devices;
mod families;
mod gear;
mod ground;
mod homes;
mod layout;
mod model;
mod names;
mod outline;
mod province;
mod teams;
mod village;
mod words;

pub use gear::{Condition, Device, DeviceKind};
pub use model::{
    Commune, Duty, Help, Household, HouseholdKind, Map, MediationTeam, Model, Official, Person, Place,
    PlaceKind, Point, Road, Setting, Sex, Skill, Team,
};
pub use province::Province;

#[cfg(test)]
mod tests;

use chance::{Chance, Mint};
use layout::Plan;
use liengia_kernel::{PlaceId, Position};

/// The province that samples lie in. There is none of this name.
const PROVINCE: &str = "Tỉnh Vân Hải";
/// The commune of [`Sample::commune`]. There is none of this name.
const COMMUNE: &str = "Xã Bến Trúc";
/// Where it is drawn.
const MIDDLE: (f64, f64) = (20.912, 106.842);

/// Makes samples.
pub struct Sample;

impl Sample {
    /// One commune beside a river: 9 villages, 30 teams of 5 to 15 homes (300 in all, and 6 homes without a team),
    /// about 1,200 people and 900 devices.
    pub fn commune(seed: u64) -> Commune {
        let chance = Chance::of(seed, 4);
        // 30 sizes from 5 to 15 that make 300 homes.
        let mut sizes: Vec<usize> = (0..30)
            .map(|n| [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 10, 9, 8, 12, 11, 9, 13, 8, 10][n % 20])
            .collect();
        balance(&mut sizes, 300);
        chance.shuffle(&mut sizes);
        let mut left = sizes.into_iter();
        let counts = [5, 4, 3, 4, 3, 3, 3, 3, 2];
        let mut villages: Vec<Vec<usize>> =
            counts.iter().map(|count| left.by_ref().take(*count).collect()).collect();
        villages[8].push(6);
        let mint = Mint::new(seed.wrapping_add(1));
        let province = Place {
            id: mint.id(PlaceId::new),
            parent: None,
            kind: PlaceKind::Province,
            name: PROVINCE.to_owned(),
            position: position(),
        };
        commune::make(commune::Recipe {
            plan: Plan { setting: Setting::Coast, villages, streets: 2, gap: 42.0, reach: 900.0 },
            last_row_has_no_team: true,
            name: COMMUNE.to_owned(),
            above: vec![province],
            middle: MIDDLE,
            outline: None,
            first_team: 1,
            first_phone: 100,
            points: 10,
            mediators: vec![5, 7, 6, 6, 8, 5, 7, 6, 5],
            models: 2,
            seed,
        })
    }

    /// The whole sample province: 54 communes, 1,452 villages, 1,600 teams of 5 to 15 homes, 500 points, 1,500
    /// mediation teams with 9,200 mediators, 65 models. Its communes are made one at a time.
    pub fn province(seed: u64) -> Province {
        Province::new(seed)
    }
}

fn position() -> Position {
    // The numbers are constants of this file.
    Position::new(MIDDLE.0, MIDDLE.1).expect("the sample lies on the Earth")
}

/// Changes sizes between 5 and 15, one at a time, until they make `total`.
fn balance(sizes: &mut [usize], total: usize) {
    let mut turn = 0;
    while sizes.iter().sum::<usize>() != total {
        let more = sizes.iter().sum::<usize>() < total;
        let index = turn % sizes.len();
        let size = &mut sizes[index];
        if more && *size < 15 {
            *size += 1;
        } else if !more && *size > 5 {
            *size -= 1;
        }
        turn += 7;
    }
}
