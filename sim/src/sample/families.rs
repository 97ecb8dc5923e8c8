//! Who lives in a home: families of one to three generations, lodgers, pupils' teachers.

use super::chance::{Chance, Mint};
use super::model::{Help, Person, Sex, Skill};
use super::names;
use liengia_kernel::{PersonId, Pii};

/// The year in which the sample's people are as old as it says.
pub(super) const YEAR: u16 = 2026;

/// Makes people.
pub(super) struct Families<'a> {
    /// Family names as in the mountains.
    pub(super) highland: bool,
    pub(super) chance: &'a Chance,
    pub(super) mint: &'a Mint,
    /// The next phone number's last six digits; every person of a sample has another.
    pub(super) next_phone: std::cell::Cell<u32>,
}

/// Numbers that begin with this were never given out in Vietnam, where mobile numbers begin with 03, 05, 07, 08 or
/// 09 and others with 02; so nobody is called by mistake.
pub(super) const PHONE_PREFIX: &str = "0100";

/// A household's kind, by weight: which grown-ups, and how many children.
#[derive(Clone, Copy)]
enum Shape {
    Alone,
    OldCouple,
    YoungCouple,
    Parents(usize),
    SingleParent(usize),
    ThreeGenerations(usize),
}

const SHAPES: [(Shape, usize); 11] = [
    (Shape::Alone, 5),
    (Shape::OldCouple, 8),
    (Shape::YoungCouple, 4),
    (Shape::Parents(1), 14),
    (Shape::Parents(2), 30),
    (Shape::Parents(3), 9),
    (Shape::SingleParent(1), 3),
    (Shape::SingleParent(2), 3),
    (Shape::ThreeGenerations(1), 8),
    (Shape::ThreeGenerations(2), 13),
    (Shape::ThreeGenerations(3), 3),
];

impl Families<'_> {
    /// A family; the one the home is called after comes first.
    pub(super) fn family(&self) -> Vec<Person> {
        let chance = self.chance;
        let name = names::family(self.highland, chance);
        let middle_aged = chance.among(30, 54);
        match chance.weighted(&SHAPES) {
            Shape::Alone => {
                let sex = if chance.percent(70) { Sex::Woman } else { Sex::Man };
                vec![self.person(name, sex, chance.among(58, 91))]
            }
            Shape::OldCouple => self.couple(name, chance.among(57, 84)),
            Shape::YoungCouple => self.couple(name, chance.among(23, 31)),
            Shape::Parents(children) => {
                let mut family = self.couple(name, middle_aged);
                self.add_children(&mut family, name, middle_aged, children);
                family
            }
            Shape::SingleParent(children) => {
                let mut family =
                    vec![self.person(names::family(self.highland, chance), Sex::Woman, middle_aged)];
                self.add_children(&mut family, name, middle_aged, children);
                family
            }
            Shape::ThreeGenerations(children) => {
                let parents_age = chance.among(28, 44);
                let grandparents_age = parents_age + chance.among(22, 31);
                let mut family = self.couple(name, grandparents_age);
                if chance.percent(45) {
                    family.truncate(1);
                }
                family.extend(self.couple(name, parents_age));
                self.add_children(&mut family, name, parents_age, children);
                family
            }
        }
    }

    /// A couple about that old, in either order.
    fn couple(&self, family: &str, age: usize) -> Vec<Person> {
        let man = self.person(family, Sex::Man, age);
        let her_age = (age + 1).saturating_sub(self.chance.below(6)).max(20);
        let woman = self.person(names::family(self.highland, self.chance), Sex::Woman, her_age);
        if self.chance.percent(50) { vec![man, woman] } else { vec![woman, man] }
    }

    fn add_children(&self, family: &mut Vec<Person>, name: &str, parents_age: usize, count: usize) {
        let eldest = parents_age.saturating_sub(self.chance.among(23, 30));
        let mut age = eldest.min(24);
        for _ in 0..count {
            let sex = if self.chance.percent(51) { Sex::Man } else { Sex::Woman };
            family.push(self.person(name, sex, age));
            let younger = age.checked_sub(self.chance.among(2, 5));
            let Some(younger) = younger else { break };
            age = younger;
        }
    }

    /// Lodgers: young workers, each from another family, some with a partner.
    pub(super) fn tenants(&self, count: usize) -> Vec<Person> {
        let tenant = |_| {
            let sex = if self.chance.percent(55) { Sex::Woman } else { Sex::Man };
            let mut person =
                self.person(names::family(self.highland, self.chance), sex, self.chance.among(19, 38));
            person.tenant = true;
            person
        };
        (0..count).map(tenant).collect()
    }

    /// People who work somewhere: a caretaker, teachers, a guard.
    pub(super) fn staff(&self, count: usize) -> Vec<Person> {
        let worker = |index| {
            let sex = if self.chance.percent(55) { Sex::Woman } else { Sex::Man };
            let mut person =
                self.person(names::family(self.highland, self.chance), sex, self.chance.among(26, 57));
            if index == 0 {
                person.trained = vec![Skill::Extinguisher, Skill::Evacuation];
                person.can_respond = true;
            }
            person
        };
        (0..count).map(worker).collect()
    }

    /// Somebody of that age.
    pub(super) fn person(&self, family: &str, sex: Sex, age: usize) -> Person {
        let chance = self.chance;
        let age = u16::try_from(age).unwrap_or(0);
        let born = YEAR - age;
        let help = self.help(sex, age);
        let fit = (18..68).contains(&age) && help.is_none();
        let has_phone = match age {
            0..12 => false,
            12..18 => chance.percent(45),
            18..70 => chance.percent(92),
            _ => chance.percent(50),
        };
        Person {
            id: self.mint.id(PersonId::new),
            name: Pii::new(names::full(family, sex, born, chance)),
            sex,
            born,
            phone: has_phone.then(|| self.phone()),
            adult: age >= 18,
            trained: if fit { self.skills() } else { Vec::new() },
            can_respond: fit && chance.percent(78),
            tenant: false,
            help,
        }
    }

    fn phone(&self) -> Pii<String> {
        let last = self.next_phone.get();
        self.next_phone.set((last + 1) % 1_000_000);
        Pii::new(format!("{PHONE_PREFIX}{last:06}"))
    }

    fn skills(&self) -> Vec<Skill> {
        if !self.chance.percent(38) {
            return Vec::new();
        }
        let mut skills = vec![self.chance.weighted(&[
            (Skill::Extinguisher, 36),
            (Skill::Evacuation, 24),
            (Skill::FirstAid, 16),
            (Skill::Gate, 12),
            (Skill::Power, 12),
        ])];
        if self.chance.percent(35) {
            skills.push(*self.chance.pick(&[
                Skill::Extinguisher,
                Skill::Evacuation,
                Skill::Gate,
                Skill::FirstAid,
            ]));
        }
        skills.sort();
        skills.dedup();
        skills
    }

    fn help(&self, sex: Sex, age: u16) -> Option<Help> {
        let (percent, notes): (usize, &[&str]) = match (sex, age) {
            (_, 0..2) => (70, &INFANT),
            (_, 2..60) => (1, &IMPAIRED),
            (_, 60..75) => (7, &IMPAIRED),
            (_, 75..85) => (30, &FRAIL),
            (_, _) => (60, &FRAIL),
        };
        let expecting = sex == Sex::Woman && (22..38).contains(&age) && self.chance.percent(2);
        let notes = if expecting {
            &EXPECTING
        } else if self.chance.percent(percent) {
            notes
        } else {
            return None;
        };
        let note = self.chance.pick(notes).replace("{age}", &age.to_string());
        Some(Help { note: Pii::new(note), opted_in: self.chance.percent(65) })
    }
}

const INFANT: [&str; 3] = [
    "Bé chưa biết đi, ngủ cùng mẹ ở phòng trong.",
    "Trẻ sơ sinh, thường ở phòng tầng 1 phía sau.",
    "Bé chưa tự đi được, ban ngày ở với bà.",
];
const EXPECTING: [&str; 1] = ["Đang mang thai tháng cuối, xuống cầu thang chậm, cần người dìu."];
const IMPAIRED: [&str; 4] = [
    "Không nghe được chuông, cần vào tận phòng lay dậy.",
    "Đi xe lăn, ngủ ở phòng tầng 1 cạnh bếp.",
    "Mắt kém, cần người dắt ra cửa sau.",
    "Sau tai biến, chân trái yếu, cần một người dìu.",
];
const FRAIL: [&str; 5] = [
    "{age} tuổi, nằm một chỗ, phòng tầng 1 phía sau, cần hai người khiêng.",
    "{age} tuổi, chống gậy, đi chậm, cần một người dìu.",
    "{age} tuổi, nặng tai, ngủ sớm, phòng ngoài cùng.",
    "{age} tuổi, hay quên đường, không tự ra được vào ban đêm.",
    "{age} tuổi, thở máy ban đêm, có bình ô-xy cạnh giường: báo trước khi vào.",
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn many() -> Vec<Vec<Person>> {
        let (chance, mint) = (Chance::new(1), Mint::new(1));
        let families = Families { highland: false, chance: &chance, mint: &mint, next_phone: Cell::new(0) };
        (0..500).map(|_| families.family()).collect()
    }

    #[test]
    fn a_family_has_about_four_people_and_a_grown_up() {
        let families = many();
        let people = families.iter().map(Vec::len).sum::<usize>();
        assert!((1_850..2_150).contains(&people), "{people}");
        assert!(families.iter().all(|family| family[0].adult));
    }

    #[test]
    fn nobody_who_needs_help_is_sent() {
        let people: Vec<Person> = many().into_iter().flatten().collect();
        assert!(people.iter().filter(|person| person.help.is_some()).count() > 30);
        assert!(people.iter().all(|person| !(person.help.is_some() && person.can_respond)));
        assert!(people.iter().all(|person| person.adult || person.trained.is_empty()));
    }
}
