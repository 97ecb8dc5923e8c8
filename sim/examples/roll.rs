//! Prints a sample's homes to read through: `cargo run -p liengia-sim --example roll -- [seed]`.

use liengia_sim::sample::{PlaceKind, Sample};
use std::time::Instant;

#[expect(clippy::disallowed_methods, reason = "an example that says how long making a province takes")]
fn main() {
    let seed = std::env::args().nth(1).and_then(|seed| seed.parse().ok()).unwrap_or(7);
    let commune = Sample::commune(seed);
    for place in commune.above.iter().chain(&commune.places) {
        println!("{:?} {}", place.kind, place.name);
    }
    for team in &commune.teams {
        println!("\n{} ({} next to it)", team.name, team.adjacent.len());
        for home in commune.members(team.id) {
            let shown = |text: &Option<liengia_kernel::Pii<String>>| {
                text.as_ref().map_or(String::new(), |text| text.expose().clone())
            };
            println!(
                "  {} | {} | {} | {} devices",
                home.label.expose(),
                shown(&home.how_to_find),
                shown(&home.floor_notes),
                home.devices.len()
            );
            for person in &home.people {
                let help = person.help.as_ref().map_or("", |help| help.note.expose().as_str());
                println!("      {} {} {:?} {help}", person.name.expose(), person.born, person.trained);
            }
        }
    }
    for point in &commune.points {
        println!("{}: {}. {}", point.name, point.contents_line(), point.access);
    }
    for team in &commune.mediation {
        println!("{}: {} mediators", team.name, team.mediators.len());
    }
    let started = Instant::now();
    let province = Sample::province(seed);
    let counts = province.communes().map(|commune| {
        let villages = commune.places.iter().filter(|place| place.kind == PlaceKind::Village).count();
        (villages, commune.teams.len(), commune.households.len(), commune.people().count())
    });
    let sum =
        counts.fold((0, 0, 0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1, sum.2 + one.2, sum.3 + one.3));
    println!("province: villages, teams, homes, people {sum:?} in {:?}", started.elapsed());
}
