//! What neighbours call a home, how a stranger finds it, and how it is built inside.

use super::chance::Chance;
use super::families::YEAR;
use super::ground::{Spot, direction};
use super::model::{HouseholdKind, Person};
use super::names::{address, given};
use super::village::{Plot, Row, Style, Village};

/// What a home is called.
pub(super) fn label(
    people: &[Person],
    plot: &Plot,
    row: &Row,
    taken: &dyn Fn(&str) -> bool,
    chance: &Chance,
) -> String {
    let where_to =
        plot.number.map_or_else(|| row.address.clone(), |number| format!("số {number}, {}", row.address));
    let head = &people[0];
    let who = format!("{} {}", address(head.sex, YEAR - head.born), given(head.name.expose()));
    let plain = format!("Nhà {who}, {where_to}");
    if !taken(&plain) {
        return plain;
    }
    // Two of one name: neighbours add the other half of the couple, or the trade.
    let partner = people.get(1).filter(|person| person.adult).map(|person| given(person.name.expose()));
    let with_partner = partner.map(|partner| format!("Nhà {who} {partner}, {where_to}"));
    if let Some(label) = with_partner.filter(|label| !taken(label)) {
        return label;
    }
    let trade = *chance.pick(&[
        "thợ mộc",
        "thợ xây",
        "hàng xôi",
        "đan lưới",
        "nuôi ong",
        "cắt tóc",
        "sửa xe",
        "thợ may",
    ]);
    format!("Nhà {who} ({trade}), {where_to}")
}

/// How a stranger finds the home: where it stands along the lane, its looks, and a landmark near it.
pub(super) fn how_to_find(plot: &Plot, row: &Row, village: &Village, chance: &Chance) -> String {
    let looks = *chance.pick(match village.style {
        Style::Street => &STREET_LOOKS,
        _ => &VILLAGE_LOOKS,
    });
    let side = if plot.left { "trái" } else { "phải" };
    let last =
        row.plots.iter().filter(|other| other.left == plot.left).all(|other| other.order <= plot.order);
    let place = if plot.moored {
        return boat(plot, row, village);
    } else if last && row.plots.len() > 5 {
        format!("Nhà cuối cùng bên tay {side}, {}", row.address)
    } else if plot.order == 1 {
        format!("Nhà đầu tiên bên tay {side}, {}", row.address)
    } else {
        format!("Nhà thứ {} bên tay {side} tính từ đầu {}", plot.order, row.address)
    };
    match beside_a_landmark(plot.at, village) {
        Some(landmark) => format!("{place}; {looks}; {landmark}."),
        None => format!("{place}; {looks}."),
    }
}

fn boat(plot: &Plot, row: &Row, village: &Village) -> String {
    let landmark = beside_a_landmark(plot.at, village).unwrap_or_else(|| "trông ra giữa sông".to_owned());
    format!("Neo ở hàng thứ {} dưới bến, {}; {landmark}; xuống bằng cầu ván.", plot.order, row.address)
}

fn beside_a_landmark(at: Spot, village: &Village) -> Option<String> {
    let (name, there) =
        village.landmarks.iter().min_by(|(_, a), (_, b)| a.metres_to(at).total_cmp(&b.metres_to(at)))?;
    let metres = there.metres_to(at);
    if metres > 120.0 {
        return None;
    }
    let way = direction(*there, at);
    let tens = (metres / 10.0).round().max(1.0) * 10.0;
    Some(if metres < 15.0 {
        format!("ngay cạnh {name}")
    } else {
        format!("cách {name} khoảng {tens:.0} m về phía {way}")
    })
}

const STREET_LOOKS: [&str; 6] = [
    "cửa cuốn màu xanh",
    "cửa kính, có bảng hiệu",
    "cửa xếp màu ghi",
    "hiên có mái tôn đỏ",
    "cửa gỗ bốn cánh",
    "ban công có hoa giấy",
];
const VILLAGE_LOOKS: [&str; 14] = [
    "cổng sắt màu xanh",
    "cổng gạch có mái ngói",
    "tường hoa, sân lát gạch đỏ",
    "trước sân có cây khế",
    "hàng rào dâm bụt",
    "cổng không khóa, có chó giữ",
    "mái tôn xanh",
    "nhà hai tầng sơn vàng",
    "có bể nước cạnh cổng",
    "trước cửa có cây cau",
    "tường đá thấp",
    "cổng sắt đỏ, có giàn mướp",
    "bên cạnh là vườn chuối",
    "có cột đèn trước ngõ",
];

/// Storeys, stairs and the second way out.
pub(super) fn floor_notes(kind: HouseholdKind, style: Style, chance: &Chance) -> Option<String> {
    let notes: &[&str] = match kind {
        HouseholdKind::School => &[
            "Hai dãy hai tầng hình chữ L, mỗi đầu dãy một cầu thang; cổng phụ phía sau ra sân bóng; nơi tập trung: giữa sân.",
        ],
        HouseholdKind::Agency => &[
            "Ba tầng, cầu thang giữa và cầu thang sắt phía sau; kho hồ sơ ở tầng 2 cuối hành lang; cầu dao cạnh phòng bảo vệ.",
        ],
        HouseholdKind::Company => &[
            "Xưởng một tầng, hai cửa cuốn trước và một cửa sắt sau; kho gỗ và sơn ở góc trái; tủ điện cạnh cửa sau.",
            "Nhà xưởng khung thép, lối đi giữa các dãy máy; kho vải phía sau; họng nước cạnh cổng.",
        ],
        HouseholdKind::Boat => {
            &["Ca-bin phía đuôi, bình gas ngoài khoang lái; lối lên bờ bằng cầu ván bên mạn phải."]
        }
        HouseholdKind::BoardingHouse => &[
            "Hai tầng, mười hai phòng, một cầu thang ngoài trời; tầng 1 để xe máy, công-tơ điện ở chân cầu thang; lối thứ hai qua mái tôn nhà bếp.",
        ],
        HouseholdKind::Home if !chance.percent(60) => return None,
        HouseholdKind::Home if style == Style::Street => &TUBE_HOUSE,
        HouseholdKind::Home => &VILLAGE_HOUSE,
    };
    Some((*chance.pick(notes)).to_owned())
}

const TUBE_HOUSE: [&str; 6] = [
    "Nhà ống 3 tầng, cầu thang giữa nhà; lối thứ hai qua sân thượng sang mái nhà bên.",
    "Nhà ống 4 tầng, tầng 1 bán hàng, cửa cuốn có hộp kéo tay; ban công tầng 2 có cửa thoát.",
    "Nhà ống 2 tầng, bếp phía sau; cửa sau ra ngõ, chìa treo bên trong.",
    "Nhà 3 tầng, lồng sắt ban công có cửa mở được; thang dây ở phòng ngủ tầng 3.",
    "Nhà 3 tầng, tầng 1 để xe máy; phòng ngủ người già ở tầng 1 phía sau.",
    "Nhà 2 tầng rưỡi, giếng trời giữa nhà; gác xép chứa hàng.",
];
const VILLAGE_HOUSE: [&str; 6] = [
    "Nhà cấp bốn ba gian, bếp riêng bên trái sân; cửa sau ra vườn.",
    "Nhà hai tầng, cầu thang ngoài; chuồng trại và rơm phía sau.",
    "Nhà mái bằng một tầng, hai cửa trước, một cửa bếp; bể nước cạnh bếp.",
    "Nhà hai tầng, phòng thờ tầng 2; ban công sau nhìn ra ao.",
    "Nhà ngói cũ, cột gỗ; cầu dao ở hiên, bên phải cửa.",
    "Nhà cấp bốn, bếp củi nối liền nhà chính; cửa hậu luôn mở được.",
];

/// What a member of a team that is no home is called.
pub(super) fn member_label(
    kind: HouseholdKind,
    people: &[Person],
    row: &Row,
    commune: &str,
    number: u16,
    chance: &Chance,
) -> String {
    let head = &people[0];
    let who = format!("{} {}", address(head.sex, YEAR - head.born), given(head.name.expose()));
    match kind {
        HouseholdKind::School => format!("Trường Tiểu học {commune}"),
        HouseholdKind::Agency => format!("Trạm Y tế {commune}"),
        HouseholdKind::Company => {
            let trade = *chance.pick(&["Mộc", "May", "Cơ khí", "Thủy sản"]);
            let word = *chance.pick(&["Hoàng Trúc", "Đại An", "Phúc Vân", "Tân Mộc"]);
            format!("Công ty TNHH {trade} {word}")
        }
        HouseholdKind::Boat => format!("Thuyền {who}, VH-{number:04}, {}", row.address),
        HouseholdKind::BoardingHouse => format!("Nhà trọ {who}, {}", row.address),
        HouseholdKind::Home => format!("Nhà {who}, {}", row.address),
    }
}
