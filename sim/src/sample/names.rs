//! Vietnamese personal names, about as frequent as they are in life, by sex and by when a person was born.

use super::chance::Chance;
use super::model::Sex;

/// A generation: names go in and out of use.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Born {
    Before1965,
    Before1990,
    Before2010,
    Since2010,
}

fn generation(born: u16) -> Born {
    match born {
        0..1965 => Born::Before1965,
        1965..1990 => Born::Before1990,
        1990..2010 => Born::Before2010,
        _ => Born::Since2010,
    }
}

const FAMILY: [(&str, usize); 32] = [
    ("Nguyễn", 330),
    ("Trần", 112),
    ("Lê", 88),
    ("Phạm", 86),
    ("Vũ", 62),
    ("Hoàng", 54),
    ("Bùi", 36),
    ("Đỗ", 34),
    ("Phan", 24),
    ("Đặng", 24),
    ("Ngô", 20),
    ("Dương", 18),
    ("Đinh", 16),
    ("Đào", 14),
    ("Đoàn", 14),
    ("Lương", 10),
    ("Trịnh", 9),
    ("Mai", 8),
    ("Lưu", 8),
    ("Cao", 7),
    ("Phùng", 7),
    ("Tạ", 6),
    ("Tô", 6),
    ("Hà", 6),
    ("Chu", 5),
    ("Lại", 5),
    ("Vương", 4),
    ("Quách", 3),
    ("Khổng", 3),
    ("Ninh", 3),
    ("Thái", 3),
    ("La", 2),
];

/// In mountain and border communes, where Dao, Tày and Sán Chỉ families are many.
const HIGHLAND_FAMILY: [(&str, usize); 14] = [
    ("Hoàng", 16),
    ("Triệu", 14),
    ("Bàn", 13),
    ("Đặng", 12),
    ("Nông", 9),
    ("Chíu", 8),
    ("Lý", 8),
    ("Nguyễn", 8),
    ("Phùn", 5),
    ("Tằng", 5),
    ("Vi", 5),
    ("La", 4),
    ("Trần", 4),
    ("Lục", 3),
];

const MIDDLE_MEN_OLD: [(&str, usize); 13] = [
    ("Văn", 54),
    ("Đình", 7),
    ("Hữu", 6),
    ("Quang", 6),
    ("Đức", 6),
    ("Xuân", 5),
    ("Ngọc", 4),
    ("Công", 3),
    ("Thế", 3),
    ("Minh", 3),
    ("Bá", 2),
    ("Trọng", 2),
    ("Viết", 2),
];
const MIDDLE_MEN_YOUNG: [(&str, usize); 18] = [
    ("Văn", 20),
    ("Đức", 10),
    ("Minh", 9),
    ("Quang", 8),
    ("Hoàng", 7),
    ("Tuấn", 6),
    ("Thành", 5),
    ("Đình", 5),
    ("Trung", 5),
    ("Việt", 4),
    ("Ngọc", 4),
    ("Hữu", 4),
    ("Mạnh", 4),
    ("Duy", 4),
    ("Xuân", 3),
    ("Quốc", 3),
    ("Tiến", 3),
    ("Thế", 2),
];
const MIDDLE_BOYS: [(&str, usize); 17] = [
    ("Minh", 14),
    ("Gia", 14),
    ("Đức", 10),
    ("Bảo", 8),
    ("Quang", 7),
    ("Hoàng", 7),
    ("Nhật", 6),
    ("Tuấn", 5),
    ("Đăng", 4),
    ("Hải", 4),
    ("Anh", 4),
    ("Khánh", 4),
    ("Duy", 3),
    ("Phúc", 3),
    ("Văn", 4),
    ("Tiến", 2),
    ("Thành", 3),
];
const MIDDLE_WOMEN_OLD: [(&str, usize); 10] = [
    ("Thị", 80),
    ("Thị Thanh", 3),
    ("Thị Kim", 3),
    ("Thị Minh", 3),
    ("Thị Ngọc", 3),
    ("Thị Bích", 2),
    ("Thị Hồng", 2),
    ("Kim", 1),
    ("Thị Thúy", 2),
    ("Minh", 1),
];
const MIDDLE_WOMEN_YOUNG: [(&str, usize); 18] = [
    ("Thị", 34),
    ("Thị Thu", 8),
    ("Thị Phương", 6),
    ("Thị Thanh", 5),
    ("Ngọc", 8),
    ("Thu", 8),
    ("Phương", 5),
    ("Thùy", 5),
    ("Thanh", 4),
    ("Khánh", 3),
    ("Hồng", 3),
    ("Minh", 3),
    ("Mai", 2),
    ("Hà", 2),
    ("Bích", 2),
    ("Kim", 2),
    ("Quỳnh", 2),
    ("Lan", 2),
];
const MIDDLE_GIRLS: [(&str, usize); 16] = [
    ("Bảo", 10),
    ("Khánh", 10),
    ("Ngọc", 10),
    ("Minh", 9),
    ("Phương", 8),
    ("Hà", 6),
    ("Quỳnh", 5),
    ("Thảo", 5),
    ("Gia", 5),
    ("Thị", 5),
    ("Thanh", 4),
    ("An", 4),
    ("Mai", 4),
    ("Tuệ", 3),
    ("Thùy", 3),
    ("Linh", 3),
];

const MEN: [&[&str]; 4] = [
    &[
        "Hùng", "Dũng", "Bình", "Thành", "Sơn", "Hải", "Thắng", "Chiến", "Lợi", "Phúc", "Thọ", "Lộc", "Quý",
        "Khải", "Cường", "Hòa", "Tâm", "Nghĩa", "Đức", "Lâm", "Mạnh", "Hưng", "Vinh", "Tiến", "Quyết",
        "Thịnh", "Phong", "Luân", "Toàn", "Chính", "Ngọc", "Xuân", "Đông", "Cần", "Tư", "Năm", "Sáu", "Bảy",
        "Hiển", "Khang", "Nhật", "Bích", "Sinh", "Thuận", "Tính", "Khoát",
    ],
    &[
        "Tuấn",
        "Hùng",
        "Dũng",
        "Cường",
        "Thắng",
        "Hải",
        "Long",
        "Nam",
        "Sơn",
        "Minh",
        "Quang",
        "Đức",
        "Hiếu",
        "Trung",
        "Kiên",
        "Tùng",
        "Thành",
        "Hưng",
        "Việt",
        "Anh",
        "Toàn",
        "Tú",
        "Phương",
        "Giang",
        "Khánh",
        "Duy",
        "Hoàng",
        "Nghĩa",
        "Phong",
        "Quân",
        "Thái",
        "Thịnh",
        "Trường",
        "Vinh",
        "Chung",
        "Công",
        "Đạt",
        "Huy",
        "Tiến",
        "Thuận",
        "Bắc",
        "Hậu",
        "Hoan",
        "Chiến",
        "Quyết",
        "Mạnh",
    ],
    &[
        "Anh", "Hiếu", "Huy", "Duy", "Đạt", "Nam", "Long", "Hoàng", "Minh", "Quân", "Tùng", "Trung", "Khánh",
        "Thắng", "Tú", "Dương", "Đức", "Phúc", "Sơn", "Vũ", "Kiên", "Bảo", "Lâm", "Hưng", "Khải", "Thành",
        "Tuấn", "An", "Quang", "Phong", "Việt", "Cường", "Hải", "Thái", "Nghĩa",
    ],
    &[
        "Minh", "Khôi", "Anh", "Khang", "Bảo", "Phúc", "Đăng", "Quân", "Huy", "Nam", "Phong", "Duy", "Khoa",
        "Kiên", "Hưng", "An", "Long", "Bách", "Lâm", "Quang", "Nguyên", "Tùng", "Hải", "Đạt", "Sơn", "Trí",
    ],
];
const WOMEN: [&[&str]; 4] = [
    &[
        "Lan",
        "Hoa",
        "Mai",
        "Cúc",
        "Hồng",
        "Nga",
        "Liên",
        "Thơm",
        "Nhàn",
        "Mùi",
        "Tý",
        "Mận",
        "Đào",
        "Na",
        "Hường",
        "Hiền",
        "Lý",
        "Loan",
        "Phượng",
        "Tuyết",
        "Vân",
        "Thoa",
        "Xuyến",
        "Gấm",
        "Nhung",
        "Lụa",
        "Hòa",
        "Bình",
        "Minh",
        "Tâm",
        "Phúc",
        "Thu",
        "Xuân",
        "Én",
        "Chắt",
        "Hợi",
        "Sen",
        "Huệ",
        "Bưởi",
        "Thảo",
        "Ngoan",
        "Thìn",
        "Vui",
        "Tươi",
    ],
    &[
        "Hương", "Hằng", "Hạnh", "Hà", "Lan", "Mai", "Nga", "Ngọc", "Nhung", "Oanh", "Phương", "Thảo", "Thu",
        "Thủy", "Trang", "Yến", "Huyền", "Hiền", "Hoa", "Dung", "Vân", "Loan", "Liên", "Lệ", "Linh",
        "Nguyệt", "Quyên", "Thanh", "Tuyết", "Xuân", "Hồng", "Bích", "Duyên", "Giang", "Huệ", "Lý", "Tâm",
        "Thúy", "Hòa", "Minh", "Thơm", "Tuyến", "Chinh", "Nhàn",
    ],
    &[
        "Linh", "Trang", "Anh", "Hà", "Phương", "Thảo", "Hương", "Huyền", "Ngọc", "Nhung", "Mai", "Vy",
        "Chi", "Quỳnh", "Yến", "Nhi", "Giang", "Ly", "My", "Uyên", "Hằng", "Dung", "Thư", "Hiền", "Duyên",
        "Ngân", "Trinh", "Oanh", "Vân", "Thủy", "Hạnh", "Lan",
    ],
    &[
        "Anh", "Linh", "Chi", "Ngọc", "Nhi", "Vy", "Châu", "Hân", "Trâm", "Thư", "My", "An", "Diệp", "Hà",
        "Khuê", "Ngân", "Thảo", "Phương", "Trang", "Mai", "Quỳnh", "Vân", "Giang", "Lam", "Nhiên", "Đan",
    ],
];

/// A family name; `highland` as in the mountains.
pub(super) fn family(highland: bool, chance: &Chance) -> &'static str {
    if highland { chance.weighted(&HIGHLAND_FAMILY) } else { chance.weighted(&FAMILY) }
}

/// A whole name with this family name.
pub(super) fn full(family: &str, sex: Sex, born: u16, chance: &Chance) -> String {
    let born = generation(born);
    let middle = match (sex, born) {
        (Sex::Man, Born::Before1965 | Born::Before1990) => chance.weighted(&MIDDLE_MEN_OLD),
        (Sex::Man, Born::Before2010) => chance.weighted(&MIDDLE_MEN_YOUNG),
        (Sex::Man, Born::Since2010) => chance.weighted(&MIDDLE_BOYS),
        (Sex::Woman, Born::Before1965 | Born::Before1990) => chance.weighted(&MIDDLE_WOMEN_OLD),
        (Sex::Woman, Born::Before2010) => chance.weighted(&MIDDLE_WOMEN_YOUNG),
        (Sex::Woman, Born::Since2010) => chance.weighted(&MIDDLE_GIRLS),
    };
    let by_generation = if sex == Sex::Man { &MEN } else { &WOMEN };
    let given = by_generation[born as usize];
    let mut name = *chance.pick(given);
    while middle.ends_with(name) || family == name {
        name = *chance.pick(given);
    }
    format!("{family} {middle} {name}")
}

/// The given name, by which people call each other.
pub(super) fn given(full: &str) -> &str {
    full.rsplit(' ').next().unwrap_or(full)
}

/// How neighbours address somebody of that age: "bà", "anh".
pub(super) const fn address(sex: Sex, age: u16) -> &'static str {
    match (sex, age) {
        (_, 80..) => "cụ",
        (Sex::Man, 57..) => "ông",
        (Sex::Woman, 57..) => "bà",
        (Sex::Man, 45..) => "bác",
        (Sex::Woman, 45..) => "cô",
        (Sex::Man, _) => "anh",
        (Sex::Woman, _) => "chị",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::{fold, nfc};

    #[test]
    fn every_name_is_composed_and_folds_to_ascii() {
        let lists = MEN.iter().chain(&WOMEN).flat_map(|names| names.iter().copied());
        let middles = [&MIDDLE_MEN_OLD[..], &MIDDLE_MEN_YOUNG, &MIDDLE_BOYS];
        let womens = [&MIDDLE_WOMEN_OLD[..], &MIDDLE_WOMEN_YOUNG, &MIDDLE_GIRLS];
        let middles = middles.into_iter().chain(womens).flatten();
        let families = FAMILY.iter().chain(&HIGHLAND_FAMILY);
        for name in lists.chain(middles.chain(families).map(|(name, _)| *name)) {
            assert_eq!(nfc(name), name);
            assert!(fold(name).is_ascii(), "{name}");
        }
    }

    #[test]
    fn a_name_never_says_a_word_twice() {
        let chance = Chance::new(4);
        for n in 0..2_000 {
            let sex = if n % 2 == 0 { Sex::Man } else { Sex::Woman };
            let name = full("Mai", sex, 1940 + n % 85, &chance);
            let words: Vec<&str> = name.split(' ').collect();
            assert!(words[words.len() - 2] != words[words.len() - 1] && words[0] != given(&name), "{name}");
        }
    }

    #[test]
    fn the_most_frequent_family_is_nguyen() {
        let chance = Chance::new(5);
        let families: Vec<_> = (0..1000).map(|_| family(false, &chance)).collect();
        let nguyen = families.iter().filter(|family| **family == "Nguyễn").count();
        assert!((270..390).contains(&nguyen), "{nguyen}");
    }
}
