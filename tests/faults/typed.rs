//! What people type, are called and configure on the day that day.rs tells of: each word stands nowhere else, so that it
//! is found wherever it went.

pub const NAME: &str = "Quách Thị Thử Nghiệm";
pub const OTHER_NAME: &str = "Lò Văn Kiểm Chứng";
pub const OFFICIAL: &str = "Tống Mỹ Chưa Từng Có";
pub const PHONE: &str = "0987 654 321";
pub const LABEL: &str = "Nhà bí mật số 977";
pub const WAY: &str = "Đi qua cầu khỉ thứ ba";
pub const FLOORS: &str = "Bình ga sau tủ đỏ";
pub const HELP: &str = "Bà cụ nằm liệt giường";
pub const CORRECTED: &str = "Lý do sửa: chép nhầm tên";
pub const ERASED: &str = "Lý do xoá: người ta xin";
pub const CLOSED: &str = "Khói bếp than của nhà họ";
pub const NOTE: &str = "Người gọi khóc, nói giọng Huế";
pub const OWN_PHONE: &str = "Điện thoại của cô Thử";
pub const DRILL: &str = "Cụ Chín nhà bên nhớ mang gậy";
pub const HANDED_OVER: &str = "Chú Sáu hứa gọi lại lúc năm giờ";
pub const KEYHOLDER: &str = "Chìa khoá ở nhà ông Bảy Lúa";
pub const LOGIN: &str = "tong.my.977";
pub const PASSWORD: &str = "mèo nhà tôi ngủ cả ngày 977";
pub const NEXT_PASSWORD: &str = "chó nhà tôi sủa cả đêm 977";
pub const WRONG_PASSWORD: &str = "gà nhà tôi gáy cả trưa 977";
pub const ON_CALL: &str = "+84900000977";
pub const GUARD: &str = "+84900000978";
pub const SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
pub const BEARER: &str = "bearer-cua-tram-977";
pub const ENDPOINT: &str = "https://push.example.invalid/trinh-duyet-977";
pub const P256DH: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
pub const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

/// Everything that is typed on this day, configured, or handed in by a browser. The phone also as it is kept.
pub const TYPED: [&str; 29] = [
    NAME,
    OTHER_NAME,
    OFFICIAL,
    PHONE,
    "0987654321",
    "+84987654321",
    LABEL,
    WAY,
    FLOORS,
    HELP,
    CORRECTED,
    ERASED,
    CLOSED,
    NOTE,
    OWN_PHONE,
    DRILL,
    HANDED_OVER,
    KEYHOLDER,
    LOGIN,
    PASSWORD,
    NEXT_PASSWORD,
    WRONG_PASSWORD,
    ON_CALL,
    GUARD,
    SECRET,
    BEARER,
    ENDPOINT,
    P256DH,
    AUTH,
];
