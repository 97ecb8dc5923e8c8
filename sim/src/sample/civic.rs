//! What a commune has beside its fire teams: fire points, officials, mediators, models.

use super::chance::{Chance, Mint};
use super::families::YEAR;
use super::ground::{Frame, spot};
use super::layout::Ground;
use super::model::{Duty, MediationTeam, Model, Official, Place, PlaceKind, Point, Setting, Sex, Team};
use super::names;
use liengia_kernel::{PersonId, Pii, PointId};

/// Fire points at the mouths of lanes, spread over the villages.
pub(super) fn points(
    count: usize,
    ground: &Ground,
    frame: Frame,
    places: &[Place],
    teams: &[Team],
    chance: &Chance,
    mint: &Mint,
) -> Vec<Point> {
    let villages: Vec<&Place> = places.iter().filter(|place| place.kind == PlaceKind::Village).collect();
    let mut spots = Vec::new();
    let deepest = ground.villages.iter().map(|(_, village)| village.rows.len()).max().unwrap_or(0);
    for round in 0..deepest {
        for (index, (_, village)) in ground.villages.iter().enumerate() {
            if let Some(row) = village.rows.get(round) {
                spots.push((villages[index], row.line.beside(2.0, 3.5), row.name.clone()));
            }
        }
    }
    // Villages without a team have their point in their middle.
    for (index, (_, village)) in
        ground.villages.iter().enumerate().filter(|(_, (_, village))| village.rows.is_empty())
    {
        spots.push((villages[index], village.middle + spot(6.0, 4.0), "Nhà văn hóa".to_owned()));
    }
    let points = spots.into_iter().take(count).map(|(village, at, beside)| {
        let locked = chance.percent(40);
        let keyholder = teams.iter().find(|team| is_in(team, village, places)).map(|team| team.leader);
        let access = *chance.pick(if locked { &LOCKED } else { &OPEN });
        let extinguishers = u16::try_from(chance.among(2, 6)).unwrap_or(2);
        let mut contents = vec![("bình bột 4 kg".to_owned(), extinguishers)];
        for (item, most, percent) in CONTENTS {
            if chance.percent(percent) {
                contents.push((item.to_owned(), u16::try_from(chance.among(1, most)).unwrap_or(1)));
            }
        }
        Point {
            id: mint.id(PointId::new),
            name: point_name(&beside, &village.name),
            place: village.id,
            position: frame.position(at),
            contents,
            access: access.to_owned(),
            keyholder: keyholder.filter(|_| locked),
        }
    });
    points.collect()
}

fn is_in(team: &Team, village: &Place, places: &[Place]) -> bool {
    places.iter().any(|place| place.id == team.place && place.parent == Some(village.id))
}

/// "Điểm chữa cháy ngõ 3, thôn Đình"; a stretch of a street names its street by itself.
fn point_name(beside: &str, village: &str) -> String {
    let within =
        if beside.starts_with(village) { String::new() } else { format!(", {}", lower_first(village)) };
    format!("Điểm chữa cháy {}{within}", lower_first(beside))
}

/// "Thôn Đình" inside a sentence is "thôn Đình".
fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

const CONTENTS: [(&str, usize, usize); 10] = [
    ("bình khí CO2 3 kg", 2, 55),
    ("xà beng", 2, 95),
    ("búa tạ", 1, 80),
    ("kìm cộng lực", 1, 70),
    ("rìu", 1, 60),
    ("thang tre 4 m", 1, 35),
    ("chăn chống cháy", 2, 45),
    ("mặt nạ lọc độc", 4, 40),
    ("cuộn vòi 20 m", 2, 30),
    ("xô múc nước", 6, 50),
];
const OPEN: [&str; 4] = [
    "Tủ không khóa, mở được cả ngày lẫn đêm.",
    "Tủ kính có búa phá kính treo bên cạnh.",
    "Giá treo dưới mái che, không khóa.",
    "Tủ không khóa; trời mưa đường vào trơn.",
];
const LOCKED: [&str; 3] = [
    "Tủ khóa, chìa ở nhà người giữ chìa.",
    "Trong sân nhà văn hóa, cổng khóa sau 22 giờ; gọi người giữ chìa.",
    "Tủ khóa số, người giữ chìa biết mã.",
];

/// The people who work with the system.
pub(super) fn officials(highland: bool, chance: &Chance, mint: &Mint) -> Vec<Official> {
    const DUTIES: [Duty; 8] = [
        Duty::DutyOfficer,
        Duty::DutyOfficer,
        Duty::DutyOfficer,
        Duty::Clerk,
        Duty::Administrator,
        Duty::Analyst,
        Duty::Auditor,
        Duty::Mediator,
    ];
    let official = |duty| {
        let sex = if chance.percent(40) { Sex::Woman } else { Sex::Man };
        let born = YEAR - u16::try_from(chance.among(27, 55)).unwrap_or(40);
        let name = names::full(names::family(highland, chance), sex, born, chance);
        Official { id: mint.id(PersonId::new), name: Pii::new(name), duty }
    };
    DUTIES.into_iter().map(official).collect()
}

/// Mediation teams: one for each of `sizes`, village after village; where there are more than villages, the first
/// villages have two.
pub(super) fn mediation(
    sizes: &[usize],
    places: &[Place],
    highland: bool,
    chance: &Chance,
) -> Vec<MediationTeam> {
    let villages: Vec<&Place> = places.iter().filter(|place| place.kind == PlaceKind::Village).collect();
    let team = |(index, &size): (usize, &usize)| {
        let village = villages[index % villages.len()];
        let second = if index < villages.len() { "" } else { " 2" };
        let mediators = (0..size).map(|place| {
            // The second of every team is a woman; the others as it comes.
            let sex = if place == 1 || chance.percent(36) { Sex::Woman } else { Sex::Man };
            let born = YEAR - u16::try_from(chance.among(38, 74)).unwrap_or(55);
            (Pii::new(names::full(names::family(highland, chance), sex, born, chance)), sex)
        });
        MediationTeam {
            place: village.id,
            name: format!("Tổ hòa giải{second} {}", lower_first(&village.name)),
            mediators: mediators.collect(),
        }
    };
    sizes.iter().enumerate().map(team).collect()
}

/// Security models, each shaped to the commune's land.
pub(super) fn models(count: usize, setting: Setting, places: &[Place], chance: &Chance) -> Vec<Model> {
    let own: &[&str] = match setting {
        Setting::Delta => &["Tiếng kẻng đầu làng", "Cánh đồng không trộm trâu", "Ngõ sáng đêm khuya"],
        Setting::Town => &["Dãy phố giữ lửa bếp", "Khu trọ không khóa lòng", "Chợ đêm an lành"],
        Setting::Coast => &["Bến thuyền đèn sáng", "Lưới bạn trên biển", "Chợ cá không cân thiếu"],
        Setting::Island => &["Đảo nhỏ một nhà", "Loa gió cầu cảng", "Thuyền về báo tên"],
        Setting::Mountain => &["Bản không khói lạ", "Già làng gõ cửa", "Rừng có người trông"],
        Setting::Border => &["Cột mốc có bạn", "Nếp nhà bên suối", "Bản tự giữ đêm"],
    };
    let shared = ["Cổng trường bình yên", "Doanh nghiệp giữ ca đêm", "Cơ quan khóa sổ cùng nhau"];
    let called: Vec<&str> = own.iter().chain(&shared).copied().collect();
    let villages: Vec<&Place> = places.iter().filter(|place| place.kind == PlaceKind::Village).collect();
    let model = |index: usize| Model {
        place: chance.pick(&villages).id,
        name: called[index % called.len()].to_owned(),
    };
    (0..count).map(model).collect()
}
