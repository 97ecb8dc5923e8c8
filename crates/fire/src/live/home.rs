//! A household and its people as the alarm keeps them in memory. It is personal data; nothing here prints.

use crate::engine::Trainings;
use liengia_kernel::{HouseholdId, PersonId, Pii, PlaceId, Position, TeamId};
use liengia_register::{
    event::MemberKind,
    views::{Household, Person},
};

/// What the alarm needs to know of a household or another member, and of everybody in it. A province has tens of thousands
/// of people in memory: so each takes little, and the words of a home are one text.
#[derive(Clone, Debug)]
pub struct Home {
    /// The household.
    pub household: HouseholdId,
    /// What kind of member it is.
    pub member: MemberKind,
    /// The village or cluster it is in.
    pub place: PlaceId,
    /// Its team.
    pub team: Option<TeamId>,
    /// The `seq` of its last entry.
    pub version: u64,
    /// How many people are usually there, where somebody said so.
    pub occupants: Option<u16>,
    /// Where it is.
    pub position: Option<Pii<Position>>,
    /// What neighbours call it, how to find it, what a responder must know, and each one's name and phone number.
    words: Pii<Box<str>>,
    how_to_find: u32,
    floor_notes: u32,
    people: Box<[Kept]>,
}

/// One person of a home, whose words begin there in the home's.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, as in the register")]
struct Kept {
    person: PersonId,
    name: u32,
    phone: u32,
    adult: bool,
    help: bool,
    tenant: bool,
    can_respond: bool,
    trained: Trainings,
}

/// What the alarm needs to know of a person.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, as in the register")]
pub struct Resident<'a> {
    /// The person.
    pub person: PersonId,
    /// Where they live.
    pub household: HouseholdId,
    /// Whether they are an adult.
    pub adult: bool,
    /// Whether there is a note about the help they need to get out.
    pub help: bool,
    /// What they were trained for.
    pub trained: Trainings,
    pub(super) tenant: bool,
    pub(super) can_respond: bool,
    name: Pii<&'a str>,
    phone: Pii<&'a str>,
}

impl Resident<'_> {
    /// Their name.
    pub fn name(&self) -> Pii<String> {
        Pii::new((*self.name.expose()).to_owned())
    }

    /// Their phone number, or empty.
    pub fn phone(&self) -> Pii<String> {
        Pii::new((*self.phone.expose()).to_owned())
    }
}

impl Home {
    pub(super) fn new(known: &Household, people: impl ExactSizeIterator<Item = Draft>) -> Self {
        let mut words = known.label.expose().clone();
        let how_to_find = add(&mut words, known.how_to_find.expose());
        let floor_notes = add(&mut words, known.floor_notes.expose());
        let people = people.map(|draft| {
            let (name, phone) = draft.words.expose().split_at(draft.kept.phone as usize);
            Kept { name: add(&mut words, name), phone: add(&mut words, phone), ..draft.kept }
        });
        let people = people.collect();
        Self {
            household: known.household,
            member: known.member,
            place: known.place,
            team: known.team,
            version: known.version,
            occupants: known.occupants.map(|many| u16::try_from(many).unwrap_or(u16::MAX)),
            position: known.position.clone(),
            words: Pii::new(words.into()),
            how_to_find,
            floor_notes,
            people,
        }
    }

    /// What neighbours call it.
    pub fn label(&self) -> Pii<String> {
        self.word(0, self.how_to_find)
    }

    /// How to find it.
    pub fn how_to_find(&self) -> Pii<String> {
        self.word(self.how_to_find, self.floor_notes)
    }

    /// What a responder must know.
    pub fn floor_notes(&self) -> Pii<String> {
        self.word(self.floor_notes, self.people.first().map_or_else(|| self.end(), |first| first.name))
    }

    /// Its people.
    pub fn people(&self) -> impl ExactSizeIterator<Item = Resident<'_>> {
        (0..self.people.len()).map(|place| self.resident(place))
    }

    fn resident(&self, place: usize) -> Resident<'_> {
        let kept = &self.people[place];
        let end = self.people.get(place + 1).map_or_else(|| self.end(), |next| next.name);
        Resident {
            person: kept.person,
            household: self.household,
            adult: kept.adult,
            help: kept.help,
            trained: kept.trained,
            tenant: kept.tenant,
            can_respond: kept.can_respond,
            name: Pii::new(self.part(kept.name, kept.phone)),
            phone: Pii::new(self.part(kept.phone, end)),
        }
    }

    fn part(&self, from: u32, to: u32) -> &str {
        &self.words.expose()[from as usize..to as usize]
    }

    fn word(&self, from: u32, to: u32) -> Pii<String> {
        Pii::new(self.part(from, to).to_owned())
    }

    fn end(&self) -> u32 {
        place_in(self.words.expose())
    }
}

/// A person on the way into a home: the words are theirs alone, and the phone number begins there in them.
pub(super) struct Draft {
    kept: Kept,
    words: Pii<Box<str>>,
}

impl Draft {
    pub(super) fn new(known: &Person) -> Self {
        let mut words = known.name.expose().clone();
        let phone = add(&mut words, known.phone.expose());
        let kept = Kept {
            person: known.person,
            name: 0,
            phone,
            adult: known.adult,
            help: known.help,
            tenant: known.tenant,
            can_respond: known.can_respond,
            trained: known.trained.iter().copied().collect(),
        };
        Self { kept, words: Pii::new(words.into()) }
    }

    pub(super) const fn person(&self) -> PersonId {
        self.kept.person
    }
}

/// Adds a text to others. Where it begins.
fn add(words: &mut String, text: &str) -> u32 {
    let begins = place_in(words);
    words.push_str(text);
    begins
}

/// The end of a home's words. The register takes no text that is as long as that.
fn place_in(words: &str) -> u32 {
    u32::try_from(words.len()).unwrap_or(u32::MAX)
}
