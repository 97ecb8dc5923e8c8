# Words that both apps use.
app-name = Liên Gia
close = Đóng
back = Quay lại
cancel = Hủy
save = Lưu
done = Xong
yes = Có
no = Không
try-again = Thử lại
loading = Đang tải…
more = Xem thêm
details = Xem chi tiết
nothing-yet = Chưa có gì ở đây.
required = Cần điền mục này.
reason = Lý do
reason-hint = Viết ngắn để người sau hiểu vì sao.
as-of = Tin lúc { $time }
check-answers = Xem lại trước khi gửi

ago-now = vừa xong
ago-seconds = { $n } giây trước
ago-minutes = { $n } phút trước
ago-hours = { $n } giờ trước
ago-days = { $n } ngày trước

metres = { $n } m
homes-count = { $n } nhà
people-count = { $n } người

trouble-unreachable = Không liên lạc được với máy chủ.
trouble-unreachable-do = Kiểm tra sóng hoặc Wi-Fi rồi thử lại.
trouble-unknown = Việc này chưa làm được.
trouble-unknown-do = Xin thử lại. Nếu vẫn không được, báo cho tổ trưởng.
signed-out-here = Máy này đã đăng xuất.

language = Ngôn ngữ
theme = Màu màn hình
theme-auto = Theo máy
theme-light = Sáng
theme-dark = Tối

mode-live = Báo cháy
mode-drill = DIỄN TẬP, KHÔNG CÓ CHÁY

state-ok = Tốt
state-late = Chậm tín hiệu
state-fault = Mất tín hiệu
state-never = Chưa từng có tín hiệu
state-none = Chưa có

link-connecting = Đang kết nối…
link-connected = Đã kết nối
link-silent = Mất liên lạc

kind-home = Nhà ở
kind-school = Trường học
kind-agency = Cơ quan
kind-company = Công ty
kind-boat = Tàu, thuyền
kind-boarding-house = Nhà trọ

device-bell = Chuông
device-button = Nút báo cháy
device-detector = Đầu báo khói
device-combined = Nút và chuông

card-extinguisher = Mang bình chữa cháy
card-people-out = Đưa người ra ngoài
card-gate = Mở cổng, dẫn xe chữa cháy
card-first-aid = Sơ cứu
card-power = Ngắt điện
card-call-114 = Gọi { $number }

role-household-member = Thành viên
role-team-leader = Tổ trưởng
role-team-deputy = Tổ phó
role-duty-officer = Cán bộ trực
role-mediator = Hòa giải viên
role-clerk = Cán bộ sổ sách
role-analyst = Cán bộ tổng hợp
role-administrator = Quản trị
role-auditor = Kiểm tra viên

answer-delivered = Máy đã nhận
answer-seen = Đã xem
answer-coming = Đang đến
answer-cannot = Không đến được
answer-safe = An toàn
answer-arrived = Đã đến nơi
answer-none = Chưa trả lời
