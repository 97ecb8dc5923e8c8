//! What villages, hamlets and communes are called, and which way each village is built. All names are made up of
//! words that are common in such names.

use super::chance::Chance;
use super::model::Setting;
use super::village::{Style, Words};

const STREETS: [&str; 8] = ["Chợ", "Bến", "Trung", "Mới", "Ga", "Huyện Cũ", "Cầu Đá", "Nam Giao"];
const VILLAGES: [&str; 40] = [
    "Đình",
    "Chùa",
    "Giếng",
    "Đoài",
    "Đông",
    "Thượng",
    "Hạ",
    "Nội",
    "Ngoại",
    "Trại",
    "Đầm",
    "Cầu",
    "Tre",
    "Gạo",
    "Vườn",
    "Sậy",
    "Hồ",
    "Lẻ",
    "Quán",
    "Dâu",
    "Cau",
    "Mía",
    "Chè",
    "Bãi",
    "Đồng",
    "Miếu",
    "Gò",
    "Trà",
    "Lò Gốm",
    "Cống",
    "Voi",
    "Cát",
    "Hương",
    "Sen",
    "Lúa",
    "Rèn",
    "Mây",
    "Đò",
    "Nứa",
    "Vọng",
];
/// First and second words of villages in the mountains.
const UPLAND: [[&str; 8]; 2] = [
    ["Nà", "Khe", "Khau", "Pắc", "Lũng", "Cốc", "Phai", "Phiêng"],
    ["Mận", "Cọ", "Thông", "Hồi", "Quế", "Sim", "Trám", "Giang"],
];
const WHARVES: [&str; 6] = ["Vạn Chài", "Bến Giang", "Cửa Lạch", "Vụng", "Hòn Rùa", "Lưới"];
/// Words for hamlets; a village takes five that follow each other.
const HAMLETS: [&str; 23] = [
    "Gò",
    "Bưởi",
    "Chùa",
    "Trong",
    "Ngoài",
    "Trại",
    "Đồi",
    "Ao",
    "Vải",
    "Rặng Tre",
    "Mới",
    "Cây Gạo",
    "Núi",
    "Suối",
    "Đập",
    "Bãi",
    "Lò",
    "Cổng Đá",
    "Nương",
    "Dốc",
    "Giữa",
    "Khe",
    "Vườn Chè",
];
const FIRST: [&str; 22] = [
    "Vân", "Hải", "An", "Bình", "Trúc", "Thanh", "Đông", "Quảng", "Tân", "Hoa", "Lạc", "Minh", "Phong",
    "Sơn", "Thủy", "Yên", "Kim", "Ngọc", "Phú", "Long", "Xuân", "Hồng",
];
const SECOND: [&str; 24] = [
    "Trúc", "Lạc", "Hiệp", "Sa", "Mộc", "Khê", "Điền", "Thạch", "Châu", "Vinh", "Lãng", "Tiên", "Quế", "Đàm",
    "Lâm", "Vụ", "Hạc", "Cẩm", "Tùng", "Ninh", "Đảo", "Giang", "Sơn", "Phong",
];

/// Names for the villages of a commune, the streets first. No two are the same.
pub(super) fn villages(setting: Setting, count: usize, streets: usize, chance: &Chance) -> Vec<String> {
    let upland = matches!(setting, Setting::Mountain | Setting::Border);
    let mut street_words = STREETS;
    chance.shuffle(&mut street_words[2..]);
    let mut words: Vec<String> = if upland {
        let [first, second] = UPLAND;
        first.iter().flat_map(|first| second.map(|second| format!("{first} {second}"))).collect()
    } else {
        VILLAGES.map(str::to_owned).to_vec()
    };
    chance.shuffle(&mut words);
    let mut wharves = WHARVES;
    chance.shuffle(&mut wharves[1..]);
    let kind = if upland { "Bản" } else { "Thôn" };
    let mut wharf = wharves.iter();
    let mut others = words.iter();
    let name = |index: usize| {
        if index < streets {
            return format!("Phố {}", street_words[index % street_words.len()]);
        }
        if at_the_water(setting, index, streets)
            && let Some(word) = wharf.next()
        {
            return format!("Thôn {word}");
        }
        others.next().map_or_else(|| format!("{kind} {}", index + 1), |word| format!("{kind} {word}"))
    };
    (0..count).map(name).collect()
}

fn at_the_water(setting: Setting, index: usize, streets: usize) -> bool {
    match setting {
        Setting::Coast | Setting::Island => {
            index == streets + 1 || (index > streets + 1 && index.is_multiple_of(9))
        }
        Setting::Delta => index == streets + 1,
        Setting::Town | Setting::Mountain | Setting::Border => false,
    }
}

/// How a village is built, and the words for its parts.
pub(super) fn style(
    setting: Setting,
    index: usize,
    streets: usize,
    name: &str,
    seed: u64,
) -> (Style, Words<'_>) {
    let style = if index < streets {
        Style::Street
    } else if at_the_water(setting, index, streets) {
        Style::Wharf
    } else {
        match setting {
            Setting::Mountain | Setting::Border => Style::Hamlet,
            Setting::Town => Style::Lanes,
            _ if (index - streets) % 3 == 2 => Style::Hamlet,
            _ => Style::Lanes,
        }
    };
    let own = name.split_once(' ').map_or(name, |(_, own)| own);
    let first = (index * 5 + usize::try_from(seed % 23).unwrap_or(0)) % (HAMLETS.len() - 5);
    (style, Words { own, hamlets: &HAMLETS[first..first + 5] })
}

/// Names for the communes of a province; no two are the same.
pub(super) fn communes(settings: &[Setting], chance: &Chance) -> Vec<String> {
    let mut names: Vec<String> = FIRST
        .iter()
        .flat_map(|first| {
            SECOND
                .iter()
                .filter(move |second| *second != first)
                .map(move |second| format!("{first} {second}"))
        })
        .collect();
    chance.shuffle(&mut names);
    let kind = |setting: &Setting| match setting {
        Setting::Town => "Phường",
        Setting::Island => "Đặc khu",
        _ => "Xã",
    };
    settings.iter().zip(names).map(|(setting, name)| format!("{} {name}", kind(setting))).collect()
}
